// The Node that runs the engine: it runs TypeScript as it is, so it must be new enough, and it must be a plain one.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bundledNodePath, OLDEST_NODE, runsProgram } from "../common/bundled-node.mjs";
import { refuse } from "../common/diagnostic.ts";

/** This process's own Node where it will do, otherwise the one that lies among the packages. */
export function findNode(): string {
  // Electron is no plain Node: its allocator kills processes that ask for more than 1 GiB at once.
  const isPlain = process.versions.electron === undefined;
  if (isPlain && runsProgram(process.versions.node)) return process.execPath;
  return findBundledNode() ?? refuseMissing();
}

function findBundledNode(): string | null {
  const path = bundledNodePath(process.platform, process.arch);
  if (path === null) return null;
  // The package has no main file, so it cannot be resolved by its name alone.
  const folders = createRequire(import.meta.url).resolve.paths(path) ?? [];
  return folders.map((folder) => join(folder, path)).find((candidate) => existsSync(candidate)) ?? null;
}

function refuseMissing(): never {
  return refuse({
    code: "node-missing",
    at: { part: "node" },
    message: `the engine needs Node ${OLDEST_NODE} or later, but this is ${process.versions.node}, and none lies among the packages`,
    help: `run \`npm ci\` without leaving out optional packages, or start with Node ${OLDEST_NODE}`,
  });
}
