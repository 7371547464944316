// `npm start`: builds what is older than its sources, then opens the desktop app, or the browser where no desktop window can be had.
// Plain JavaScript for Node 20.19 and later.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const at = (/** @type {string} */ path) => join(root, path);

const page = at("out/renderer/index.html");
const main = at("out/main/main.js");
const folders = ["src-renderer", "src-main/common", "src-main/studio", "src-main/app", "src-main/engine", "nodes"];
const sources = folders.map(at).filter((folder) => existsSync(folder));
// The page is built last.
if (![main, page].every(existsSync) || Math.max(...sources.map(newest)) > statSync(page).mtimeMs) {
  run([at("node_modules/electron-vite/bin/electron-vite.js"), "build"]);
}
// Asking the package itself would start a download.
const hasElectron =
  existsSync(at("node_modules/electron/path.txt")) || process.env.ELECTRON_OVERRIDE_DIST_PATH !== undefined;
const hasDisplay = process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
if (hasElectron && hasDisplay) {
  run([at("node_modules/electron/cli.js"), root]);
} else {
  const why = hasElectron ? "There is no display" : "Electron's binary is not installed";
  console.log(`${why}, so the editor opens in the browser.`);
  run([at("src-main/cli/reneg.mjs"), "serve", "--open"]);
}

/** @param {string} folder @returns {number} */
function newest(folder) {
  const times = readdirSync(folder, { recursive: true }).map((name) => statSync(join(folder, String(name))).mtimeMs);
  return Math.max(0, ...times);
}

/** @param {string[]} args */
function run(args) {
  // Ctrl-C reaches the child too, which ends in its own time.
  process.on("SIGINT", () => undefined);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
