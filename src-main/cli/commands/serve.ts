// `reneg serve`: the editor in a browser.

import { spawn } from "node:child_process";
import type { Command } from "commander";
import { printDiagnostic, Refusal } from "../../common/diagnostic.ts";
import { startServer } from "../../server/server.ts";
import { programVersion, usualHome } from "../../server/surroundings.ts";
import { FAILED } from "../exit-codes.ts";
import { readInteger } from "../options.ts";

const EXAMPLES = `
The printed address opens the editor in one browser; then a new address is printed.
Ctrl-C pauses what runs, so that it can be resumed; a second Ctrl-C ends it at once.
From another machine, best through a tunnel: ssh -L 7364:localhost:7364 HOST

Examples:
  $ reneg serve --open
  $ reneg serve --port 8000 --home ~/experiments`;

interface Options {
  readonly host: string;
  readonly port: number;
  readonly home?: string;
  readonly open?: true;
  readonly json?: true;
}

export function addServe(program: Command): void {
  program
    .command("serve")
    .description("Show the editor in a browser, of this machine or another.")
    .option("--host <name>", "the address to listen on; other machines reach 0.0.0.0", "127.0.0.1")
    .option("--port <n>", "0: any that is free", readInteger, 7364)
    .option("--home <folder>", "where runs and drafts are kept (default: RENEG_HOME, or a folder in your home)")
    .option("--open", "also open the address in the default browser")
    .option("--json", "print the address as one JSON document on stdout")
    .addHelpText("after", EXAMPLES)
    .action(run);
}

async function run({ host, port, home = usualHome(), open, json }: Options): Promise<void> {
  const print = (line: string): void => (json ? console.error(line) : console.log(line));
  try {
    const onAddress = (next: string): void => print(`for another browser: ${next}`);
    const server = await startServer({ host, port, home, version: programVersion, onAddress });
    if (json) console.log(JSON.stringify({ address: server.address, port: server.port, home }, null, 2));
    else console.log(`ReNeg Studio: ${server.address}\nkept in: ${home}`);
    if (open) openInBrowser(server.address, print);
    await interrupted(() => print("pausing what runs; press Ctrl-C again to stop at once"));
    process.once("SIGINT", () => void server.studio.kill());
    await server.close();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const diagnostic of error.diagnostics) console.error(printDiagnostic(diagnostic));
    process.exitCode = FAILED;
  }
}

/** Resolves with the first Ctrl-C. One press may arrive twice, from the terminal and forwarded by npm. */
async function interrupted(onFirst: () => void): Promise<void> {
  await new Promise<void>((resolve) => process.on("SIGINT", () => resolve()).on("SIGTERM", () => resolve()));
  onFirst();
  await new Promise((resolve) => setTimeout(resolve, SAME_PRESS_MS));
}
const SAME_PRESS_MS = 300;

function openInBrowser(address: string, print: (line: string) => void): void {
  const [command, args]: readonly [string, readonly string[]] =
    process.platform === "win32"
      ? ["explorer", [address]]
      : [process.platform === "darwin" ? "open" : "xdg-open", [address]];
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => print("no browser could be opened: open the address yourself"));
  child.unref();
}
