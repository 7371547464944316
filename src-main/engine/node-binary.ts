// The Node that runs the engine: it runs TypeScript as it is, so it must be 24 or later, and it must be a plain one.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { refuse } from "../common/diagnostic.ts";

const OLDEST = 24;

/** This process's own Node where it will do, otherwise the one that the npm package `node` brings. */
export function findNode(): string {
  // Electron is no plain Node: its allocator kills processes that ask for more than 1 GiB at once.
  const isPlain = process.versions.electron === undefined;
  const major = Number.parseInt(process.versions.node, 10);
  if (isPlain && major >= OLDEST) return process.execPath;
  const bundled = bundledNode();
  if (bundled !== null) return bundled;
  return refuse({
    code: "node-missing",
    at: { part: "node" },
    message: `the engine needs Node ${OLDEST} or later, but this is ${process.versions.node} and the npm package "node" is not installed`,
    help: `run \`npm ci\` with install scripts allowed for the package "node", or start with Node ${OLDEST}`,
  });
}

function bundledNode(): string | null {
  const require = createRequire(import.meta.url);
  const folders = require.resolve.paths("node") ?? [];
  // The package `node` has no main file, so it cannot be resolved by its name alone.
  const candidates = folders.map((folder) =>
    join(folder, "node", "bin", process.platform === "win32" ? "node.exe" : "node"),
  );
  return candidates.find((path) => existsSync(path)) ?? null;
}
