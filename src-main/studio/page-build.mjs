// Builds the page and the desktop shell where a source is newer than they are. An installed program has no sources, and builds nothing.
// Plain JavaScript for Node 20.19 and later, since `npm start` builds before anything else runs.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = ["src-renderer", "src-main", "nodes", "electron.vite.config.ts", "package-lock.json"];

/**
 * @param {{ root?: string, onBuild?: () => void, output?: "inherit" | "stderr" }} [options]
 *   `onBuild` is called before it takes its time; `output`: where what the build says goes
 * @returns {boolean} whether the page is as new as its sources now
 */
export function buildPageIfStale({ root = ROOT, onBuild, output = "inherit" } = {}) {
  if (!isStale(root)) return true;
  onBuild?.();
  const build = [join(root, "node_modules/electron-vite/bin/electron-vite.js"), "build"];
  /** @type {import("node:child_process").StdioOptions} */
  const stdio = output === "inherit" ? output : ["ignore", 2, 2];
  return spawnSync(process.execPath, build, { cwd: root, stdio }).status === 0;
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
