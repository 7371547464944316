// Runs a program under the Node that `npm ci` brings, where the one that npm was called with is too old for it.
// Plain JavaScript for Node 20.19 and later.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bundledNodePath, OLDEST_NODE } from "../common/bundled-node.mjs";

/** @type {NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Says what is missing and ends this process if there is none. @returns {string} */
export function bundledNode() {
  const path = bundledNodePath(process.platform, process.arch);
  const folders = path === null ? [] : (createRequire(import.meta.url).resolve.paths(path) ?? []);
  const found = folders.map((folder) => join(folder, path ?? "")).find((candidate) => existsSync(candidate));
  if (found !== undefined) return found;
  console.error(`error: reneg needs Node ${OLDEST_NODE} or later, but this is ${process.versions.node}`);
  console.error("  help: run `npm ci` without leaving out optional packages: one of them is a newer Node");
  process.exit(1);
}

/**
 * Ends this process as the command does.
 * @param {string} command @param {readonly string[]} args
 */
export function runInPlace(command, args) {
  const child = spawn(command, args, { stdio: "inherit" });
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      // A console of Windows tells all its programs by itself, and to pass it on would end the child at once.
      if (process.platform !== "win32") child.kill(signal);
    });
  }
  child.on("error", (fault) => {
    console.error(`error: ${command} cannot be started: ${fault.message}`);
    process.exit(1);
  });
  child.on("exit", (code) => process.exit(code ?? 1));
}
