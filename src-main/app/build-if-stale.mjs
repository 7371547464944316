// Builds the page and the desktop shell if a source is newer than they are. Plain JavaScript for Node 20.19 and later.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const at = (/** @type {string} */ path) => join(root, path);

if (isStale()) {
  const build = [at("node_modules/electron-vite/bin/electron-vite.js"), "build"];
  process.exitCode = spawnSync(process.execPath, build, { cwd: root, stdio: "inherit" }).status ?? 1;
}

function isStale() {
  // The page is built last.
  const [main, page] = [at("out/main/main.js"), at("out/renderer/index.html")];
  if (!existsSync(main) || !existsSync(page)) return true;
  const sources = ["src-renderer", "src-main", "nodes", "electron.vite.config.ts", "package-lock.json"];
  return Math.max(...sources.map((path) => newest(at(path)))) > statSync(page).mtimeMs;
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
