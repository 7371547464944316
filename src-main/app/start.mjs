// `npm start`: builds what is older than its sources, then opens the desktop app, or the browser where no desktop window can be had.
// Plain JavaScript for Node 20.19 and later.

import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findDesktop } from "../studio/desktop-shell.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const at = (/** @type {string} */ path) => join(root, path);
/** Who fails sooner has opened no window. */
const STARTED_AFTER_MS = 5000;
const ELECTRON_FAULTS = "its own lines above say why";

const isOption = (/** @type {string} */ word) => word.startsWith("-");
/** Files, as they are named where npm was called, and options of Electron. */
const given = process.argv
  .slice(2)
  .map((word) => (isOption(word) ? word : resolve(process.env["INIT_CWD"] ?? "", word)));
await runOrExit([at("src-main/app/build-if-stale.mjs")]);
const desktop = findDesktop();
if (!desktop.available) await openInBrowser(desktop);
else {
  const begun = Date.now();
  const code = await run(desktop.binary, [root, ...given]);
  if (code === 0 || Date.now() - begun > STARTED_AFTER_MS) process.exit(code);
  await openInBrowser({ why: `Electron ended at once with exit code ${code}`, how: ELECTRON_FAULTS });
}

/** @param {{ why: string, how: string }} reason */
async function openInBrowser({ why, how }) {
  console.log(`No desktop window: ${why} (${how}). The editor opens in the browser instead.`);
  const files = given.filter((word) => !isOption(word));
  await runOrExit([at("src-main/cli/reneg.mjs"), "serve", "--open", ...files]);
}

/** Of a Node, with its script. @param {string[]} args */
async function runOrExit(args) {
  const code = await run(process.execPath, args);
  if (code !== 0) process.exit(code);
}

/** @param {string} command @param {string[]} args @returns {Promise<number>} */
function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: "inherit" });
  // Ctrl-C in a terminal reaches the child by itself; what was sent to this process alone is passed on. It ends in its own time.
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) {
    process.on(signal, () => {
      if (process.platform !== "win32") child.kill(signal);
    });
  }
  return new Promise((resolve) => {
    child.on("error", (fault) => {
      console.error(`${command} cannot be started: ${fault.message}`);
      resolve(1);
    });
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
