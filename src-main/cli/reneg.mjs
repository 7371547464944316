#!/usr/bin/env node
// Starts the command line under a Node that runs TypeScript as it is: this one, or the one that lies among the packages.
// Plain JavaScript for Node 20.19 and later.

import module from "node:module";
import { fileURLToPath } from "node:url";
import { runsProgram } from "../common/bundled-node.mjs";
import { bundledNode, runInPlace } from "./newer-node.mjs";

// What Node has compiled is kept for the next start, which then takes two thirds of the time; the engine inherits it. Where nothing can be written,
// nothing is kept.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("../../node_modules/.cache/node", import.meta.url));

if (runsProgram(process.versions.node)) {
  module.enableCompileCache(process.env["NODE_COMPILE_CACHE"]);
  await import("./reneg.ts");
} else {
  runInPlace(bundledNode(), [fileURLToPath(new URL("./reneg.ts", import.meta.url)), ...process.argv.slice(2)]);
}
