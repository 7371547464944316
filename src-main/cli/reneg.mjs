#!/usr/bin/env node
// Starts the command line under a Node that runs TypeScript as it is: this one, or the one that the npm package `node` brings.
// Plain JavaScript for Node 20.19 and later.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST = 24;
/** @type {NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

// What Node has compiled is kept for the next start, which then takes two thirds of the time; the engine inherits it. Where nothing can be written,
// nothing is kept.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("../../node_modules/.cache/node", import.meta.url));

if (Number.parseInt(process.versions.node, 10) >= OLDEST) {
  module.enableCompileCache(process.env["NODE_COMPILE_CACHE"]);
  await import("./reneg.ts");
} else {
  runUnder(bundledNode());
}

/** @returns {string} */
function bundledNode() {
  const folders = createRequire(import.meta.url).resolve.paths("node") ?? [];
  const file = process.platform === "win32" ? "node.exe" : "node";
  const path = folders.map((folder) => join(folder, "node", "bin", file)).find((candidate) => existsSync(candidate));
  if (path !== undefined) return path;
  console.error(`error: reneg needs Node ${OLDEST} or later, but this is ${process.versions.node}`);
  console.error('  help: run `npm ci` with install scripts allowed for the package "node", which brings one');
  process.exit(1);
}

/** @param {string} node */
function runUnder(node) {
  const program = fileURLToPath(new URL("./reneg.ts", import.meta.url));
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      // A console of Windows tells all its programs by itself, and to pass it on would end the child at once.
      if (process.platform !== "win32") child.kill(signal);
    });
  }
  child.on("exit", (code) => process.exit(code ?? 1));
}
