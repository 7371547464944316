// Whether a desktop window can be had here: Electron's binary, a display, and a user that it runs for.
// Plain JavaScript for Node 20.19 and later, since `npm start` asks it before anything else runs.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{ readonly available: true, readonly why: string, readonly binary: string }} DesktopThere
 * @typedef {{ readonly available: false, readonly why: string, readonly how: string }} DesktopMissing
 */

const PACKAGE = fileURLToPath(new URL("../app/node_modules/electron", import.meta.url));
/** Inside the folder that Electron is unpacked to, where its package does not say. */
const BINARIES = { darwin: "Electron.app/Contents/MacOS/Electron", win32: "electron.exe" };

/**
 * Asking the package itself would start a download.
 * @param {{ platform: string, env: NodeJS.ProcessEnv, argv: string[], getuid?: () => number }} machine `process`, or what a test puts in its place
 * @returns {DesktopThere | DesktopMissing}
 */
export function findDesktop(machine = process, electron = PACKAGE) {
  const { platform, env } = machine;
  const given = env["ELECTRON_OVERRIDE_DIST_PATH"];
  const binary = join(given || join(electron, "dist"), nameIn(electron, platform));
  if (!existsSync(binary)) {
    return given
      ? missing(`ELECTRON_OVERRIDE_DIST_PATH names a folder without Electron: ${given}`, "correct it, or unset it")
      : missing("Electron's binary is not installed", "`npm run setup:desktop` fetches it from Electron's releases");
  }
  if (platform === "linux" && !env["DISPLAY"] && !env["WAYLAND_DISPLAY"]) {
    return missing("there is no display", "start it in a graphical session");
  }
  if (platform === "linux" && machine.getuid?.() === 0 && !machine.argv.includes("--no-sandbox")) {
    return missing(
      "Electron does not run as root",
      "start it as an ordinary user, or with `npm start -- --no-sandbox`",
    );
  }
  return { available: true, why: `Electron is at ${binary}`, binary };
}

/** @param {string} electron @param {string} platform */
function nameIn(electron, platform) {
  const file = join(electron, "path.txt");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  return platform === "darwin" || platform === "win32" ? BINARIES[platform] : "electron";
}

/** @param {string} why @param {string} how @returns {DesktopMissing} */
function missing(why, how) {
  return { available: false, why, how };
}
