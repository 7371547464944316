// Runs a tool of the repository under a Node that runs TypeScript as it is, whatever Node npm was called with.
// node with-node.mjs FILE ARGUMENTS…, as package.json's scripts do: not every npm links the command `node` of a package.
// Plain JavaScript for Node 20.19 and later.

import { runsProgram } from "../common/bundled-node.mjs";
import { bundledNode, runInPlace } from "./newer-node.mjs";

runInPlace(runsProgram(process.versions.node) ? process.execPath : bundledNode(), process.argv.slice(2));
