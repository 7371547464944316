// Installs what opens and packages the desktop window, by its own lock file, unless that is done.
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
