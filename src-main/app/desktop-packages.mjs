// Installs what opens and packages the desktop window, by its own lock file, unless that is done; with --with-electron, Electron's binary too,
// which its releases hold and no package.
// Called by package.json's scripts, under a Node that Electron's packages ask for, which is newer than the one that the program does.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = import.meta.dirname;
/** Holds the hash of the lock file that was installed by. */
const stamp = join(folder, "node_modules/.installed-by");

const wanted = createHash("sha256")
  .update(readFileSync(join(folder, "package-lock.json")))
  .digest("hex");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) install();
if (process.argv.includes("--with-electron")) fetchElectron();

function install() {
  const npm = process.env["npm_execpath"];
  if (npm === undefined) {
    console.error("error: npm is not known here\n  help: call it as `npm run setup:desktop-packages`");
    process.exit(1);
  }
  console.log("Installing what the desktop window is typed, opened and packaged with.");
  const { status } = spawnSync(process.execPath, [npm, "ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, wanted);
}

function fetchElectron() {
  const { status } = spawnSync(process.execPath, [join(folder, "node_modules/electron/install.js")], {
    stdio: "inherit",
    // Otherwise Node reads no HTTPS_PROXY.
    env: { ...process.env, NODE_USE_ENV_PROXY: "1" },
  });
  if (status === 0) return;
  console.error("error: Electron's binary could not be fetched from its releases at github.com");
  console.error("  help: name a proxy in HTTPS_PROXY, a mirror in ELECTRON_MIRROR, or a folder that");
  console.error("        holds Electron in ELECTRON_OVERRIDE_DIST_PATH; `npm start` opens the browser without it");
  process.exit(1);
}
