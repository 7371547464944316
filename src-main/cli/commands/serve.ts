// `reneg serve`: the editor in a browser.

import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { Refusal, refuse } from "../../common/diagnostic.ts";
import { type RunningServer, startServer } from "../../server/server.ts";
import { revokeSessions } from "../../server/session-store.ts";
import { buildPageIfStale, programVersion, usualHome } from "../../server/surroundings.ts";
import { onInterruptions } from "../interruptions.ts";
import { readInteger } from "../options.ts";
import { printRefusal } from "../run-command.ts";
import { jsonText, terminalText } from "../terminal-text.ts";

const EXAMPLES = `
The printed address opens the editor in one browser; then a new address is printed.
Ctrl-C pauses what runs, so that it can be resumed; a second Ctrl-C ends it at once.
From another machine, best through a tunnel: ssh -L 7364:localhost:7364 HOST

Examples:
  $ reneg serve --open
  $ reneg serve portrait.reneg.json --open
  $ reneg serve --revoke
  $ reneg serve --port 8000 --home ~/experiments`;

const USUAL_PORT = 7364;

interface Options {
  readonly host: string;
  readonly port: number;
  readonly home?: string;
  readonly open?: true;
  readonly keepSessions?: true;
  readonly revoke?: true;
  readonly json?: true;
}

export function addServe(program: Command): void {
  program
    .command("serve")
    .description("Show the editor in a browser, of this machine or another.")
    .argument("[files...]", "workflows to open in it")
    .option("--host <name>", "the address to listen on; other machines reach 0.0.0.0", "127.0.0.1")
    .addOption(
      new Option("--port <n>", "0: any that is free").env("RENEG_PORT").argParser(readPort).default(USUAL_PORT),
    )
    .option("--home <folder>", "where runs and drafts are kept (default: RENEG_HOME, or a folder in your home)")
    .option("--keep-sessions", "browsers stay signed in when the program starts anew (else until it ends)")
    .option("--revoke", "sign out all browsers, also of a server that runs, and end")
    .option("--open", "also open the address in the default browser")
    .option("--json", "print the address as one JSON document on stdout")
    .addHelpText("after", EXAMPLES)
    .action(run);
}

async function run(files: readonly string[], options: Options): Promise<void> {
  const { host, port, home = usualHome(), open, json } = options;
  const print = (line: string): void => (json ? console.error : console.log)(terminalText(line));
  if (options.revoke) return revoke(home, json);
  try {
    buildPage(print);
    // From before there is a lock to give back.
    const ending = listenForEnd(print);
    const server = await startServer({
      host,
      port,
      home,
      keepSessions: options.keepSessions === true,
      version: programVersion,
      files: files.map((file) => resolve(file)),
      onAddress: (next) => print(`for another browser: ${next}`),
    });
    if (json) console.log(jsonText({ address: server.address, port: server.port, home }));
    else console.log(terminalText(`ReNeg Studio: ${server.address}\nkept in: ${home}`));
    if (open) openInBrowser(server.address, print);
    await ending.asked(server);
    await server.close();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    printRefusal(error, { json });
  }
}

function revoke(home: string, json?: true): void {
  revokeSessions(home);
  if (json) console.log(jsonText({ revoked: true, home }));
  else console.log(terminalText(`all browsers are signed out: ${home}`));
}

/** What the build says goes to standard error: standard output is for the address. */
function buildPage(print: (line: string) => void): void {
  const isBuilt = buildPageIfStale({
    onBuild: () => print("building the editor's page"),
    onWait: (pid) => print(`process ${pid} builds the editor's page already; waiting for it`),
    output: "stderr",
  });
  if (isBuilt) return;
  refuse({
    code: "page-build",
    at: { part: "page" },
    message: "the editor's page could not be built from its sources: the lines above say why",
    help: "run `npm ci`, which installs what builds it",
  });
}

interface Ending {
  /** Resolves with the first Ctrl-C, also with one that came before. */
  readonly asked: (server: RunningServer) => Promise<void>;
}

function listenForEnd(print: (line: string) => void): Ending {
  let running: RunningServer | null = null;
  const first = new Promise<void>((end) => {
    onInterruptions({
      onFirst() {
        print("pausing what runs; press Ctrl-C again to stop at once");
        end();
      },
      onSecond: (exitCode) => (running === null ? process.exit(exitCode) : void running.studio.kill()),
    });
  });
  return {
    asked(server) {
      running = server;
      return first;
    },
  };
}

const HIGHEST_PORT = 65_535;

function readPort(text: string): number {
  const port = readInteger(text);
  if (port < 0 || port > HIGHEST_PORT) throw new InvalidArgumentError(`it must be from 0 to ${HIGHEST_PORT}.`);
  return port;
}

function openInBrowser(address: string, print: (line: string) => void): void {
  const [command, ...args] = BROWSERS[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...args, address], { stdio: "ignore", detached: true });
  const tell = (): void => print("no browser could be opened: open the address yourself");
  child.on("error", tell);
  child.on("exit", (code) => {
    if (code !== 0) tell();
  });
  child.unref();
}

/** What opens an address in the browser that the user has chosen. */
const BROWSERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  // Not `start`, which is the shell's and takes & for its own, nor `explorer`, which takes a query for a folder.
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
  darwin: ["open"],
};
