// Builds the page and the desktop shell where a source is newer than they are. An installed program has no sources, and builds nothing.
// Of several programs that find it old, one builds, and the others wait for that.
// Plain JavaScript for Node 20.19 and later, since `npm start` builds before anything else runs.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lockBuild } from "../weights/build-lock.mjs";
import { pause } from "../weights/pause.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = ["src-renderer", "src-main", "nodes", "electron.vite.config.ts", "package-lock.json"];

/** Between two looks at whether another program has built. */
const LOOK_EVERY_MS = 200;

/**
 * @param {{ root?: string, onBuild?: () => void, onWait?: (pid: number) => void, output?: "inherit" | "stderr" }} [options]
 *   `onBuild` is called before it takes its time, `onWait` before the process that builds already is waited for; `output`: where what
 *   the build says goes
 * @returns {boolean} whether the page is as new as its sources now
 */
export function buildPageIfStale({ root = ROOT, onBuild, onWait, output = "inherit" } = {}) {
  let isWaiting = false;
  while (isStale(root)) {
    const lock = lockBuild(join(root, "out"));
    if (typeof lock === "number") {
      if (!isWaiting) onWait?.(lock);
      isWaiting = true;
      pause(LOOK_EVERY_MS);
      continue;
    }
    try {
      // Another may have built between the look and the lock.
      return !isStale(root) || build(root, output, onBuild);
    } finally {
      lock();
    }
  }
  return true;
}

/** @param {string} root @param {"inherit" | "stderr"} output @param {() => void} [onBuild] */
function build(root, output, onBuild) {
  onBuild?.();
  const command = [join(root, "node_modules/electron-vite/bin/electron-vite.js"), "build"];
  /** @type {import("node:child_process").StdioOptions} */
  const stdio = output === "inherit" ? output : ["ignore", 2, 2];
  return spawnSync(process.execPath, command, { cwd: root, stdio }).status === 0;
}

/** @param {string} root */
function isStale(root) {
  const sources = SOURCES.map((path) => join(root, path));
  if (!sources.every((path) => existsSync(path))) return false;
  // The page is built last.
  const [main, page] = [join(root, "out/main/main.js"), join(root, "out/renderer/index.html")];
  if (!existsSync(main) || !existsSync(page)) return true;
  return Math.max(...sources.map(newest)) > statSync(page).mtimeMs;
}

/** @param {string} path of a file or folder @returns {number} when something in it changed last; packages are told by their lock file */
function newest(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(
    0,
    ...readdirSync(path)
      .filter((name) => name !== "node_modules")
      .map((name) => newest(join(path, name))),
  );
}
