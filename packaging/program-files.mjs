// What an installed program runs besides its window: the sources of the engine, its data, its packages, and a Node of its own.
// They lie beside Electron's archive, since a plain Node cannot read that.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundledNodePath } from "../src-main/common/bundled-node.mjs";

const root = join(import.meta.dirname, "..");

/** What an installed program does without, by who wants it. */
const NOT_WANTED = {
  // The window writes videos by its own encoders.
  "": ["mediabunny", "@mediabunny/server"],
  // Only its install script uses these.
  "onnxruntime-node": ["adm-zip", "global-agent"],
};

/**
 * @typedef {{ from: string, keeps: (path: string) => boolean }} FileSet `from`: a file or folder of the repository; paths from there, with slashes
 * @typedef {{ dependencies?: Record<string, string>, optionalDependencies?: Record<string, string>, os?: string | string[], cpu?: string | string[] }} LockEntry
 */

const isTest = (/** @type {string} */ path) => path.endsWith(".test.ts") || /(^|\/)testing\//.test(path);

/** Packages are taken as they are installed here, so it is packaged on the platform that it is for. @returns {FileSet[]} */
export function programFiles(platform = process.platform, arch = process.arch) {
  return [
    { from: "package.json", keeps: () => true },
    { from: "src-main", keeps: (path) => !path.startsWith("app/") && !isTest(path) },
    { from: "nodes", keeps: (path) => !isTest(path) },
    { from: "resources", keeps: (path) => !path.startsWith("emoji/train/") },
    ...packagesOf(platform, arch).map((from) => ({
      from,
      keeps: (/** @type {string} */ path) =>
        !/(^|\/)node_modules\/|\.map$|\.d\.[cm]?ts$/.test(path) && !isLeftOut(from, path, platform, arch),
    })),
  ];
}

/** Of `onnxruntime-node`, which brings the libraries of every platform, and of Node, which brings what one compiles against it. */
function isLeftOut(from, path, platform, arch) {
  if (bundledNodePath(platform, arch)?.startsWith(`${from.replace("node_modules/", "")}/`)) {
    return /^(include|share|lib)\/|^[^/]+\.md$/.test(path);
  }
  if (from !== "node_modules/onnxruntime-node") return false;
  // The same library twice: the binding links to `libonnxruntime.1.dylib`.
  const isTwice = /\/libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(path);
  const isForeign = path.startsWith("bin/napi-v6/") && !path.startsWith(`bin/napi-v6/${platform}/${arch}/`);
  return /^(lib|script)\//.test(path) || isForeign || isTwice;
}

/** Folders of the packages that run, from the lock file. @returns {string[]} */
function packagesOf(platform, arch) {
  /** @type {Record<string, LockEntry>} */
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const found = new Set();
  const visit = (/** @type {string} */ from) => {
    const { dependencies = {}, optionalDependencies = {} } = lock[from];
    const skipped = NOT_WANTED[from.replace("node_modules/", "")] ?? [];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (skipped.includes(name) || name.startsWith("@types/")) continue;
      const path = locate(lock, from, name);
      if (found.has(path) || !runsOn(lock[path], platform, arch)) continue;
      const isInstalled = existsSync(join(root, path));
      if (!isInstalled && name in optionalDependencies) continue;
      if (!isInstalled) throw new Error(`${path} is not installed: run \`npm ci\` on the platform to package for`);
      found.add(path);
      visit(path);
    }
  };
  visit("");
  return [...found];
}

/** As Node finds it: beside the package that wants it, or further out. @returns {string} */
function locate(lock, from, name) {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf("node_modules/")).replace(/\/$/, "")) {
    const path = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (path in lock) return path;
    if (folder === "") throw new Error(`package-lock.json has no ${name}, which ${from} wants: run \`npm install\``);
  }
}

/** @param {LockEntry} entry */
function runsOn({ os, cpu }, platform, arch) {
  const allows = (/** @type {string | string[] | undefined} */ names, /** @type {string} */ name) =>
    names === undefined || [names].flat().includes(name);
  return allows(os, platform) && allows(cpu, arch);
}
