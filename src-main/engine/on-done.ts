// Tells somebody that a run is finished: a command of the user's own, or an address on the web.

import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Diagnostic } from "../common/diagnostic.ts";

const ANSWERS_WITHIN_MS = 30_000;

/**
 * Whether it works or not, the run is done: what goes wrong is told as a warning.
 * @param answersWithinMs how long an address is waited for; a command takes as long as it takes
 */
export async function tellDone(
  what: string | undefined,
  run: { readonly folder: string },
  warn: (diagnostic: Diagnostic) => Promise<void>,
  answersWithinMs = ANSWERS_WITHIN_MS,
): Promise<void> {
  if (what === undefined) return;
  const fault = await (/^https?:\/\//i.test(what) ? post(what, run, answersWithinMs) : command(what, run));
  if (fault === null) return;
  await warn({
    severity: "warning",
    code: "on-done-failed",
    at: { option: "--on-done" },
    message: `what was to be told of this run has failed: ${fault}`,
    notes: [{ at: { file: run.folder }, message: "is done all the same" }],
  });
}

/** @returns why it has failed, or `null` */
async function post(address: string, run: object, answersWithinMs: number): Promise<string | null> {
  try {
    const { ok, status, body } = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(run),
      signal: AbortSignal.timeout(answersWithinMs),
    });
    // What it has to say besides is not read, and must not hold the connection.
    await body?.cancel();
    return ok ? null : `the address answers with ${status}`;
  } catch (error) {
    return reasonOf(error);
  }
}

/** @returns why it has failed, or `null` */
async function command(line: string, run: { readonly folder: string }): Promise<string | null> {
  try {
    const child = spawn(line, {
      shell: true,
      stdio: ["pipe", "inherit", "inherit"],
      env: { ...process.env, RENEG_RUN: run.folder },
    });
    // A command need not read what it is told.
    child.stdin.on("error", () => undefined);
    child.stdin.end(JSON.stringify(run));
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return code === 0 ? null : `the command ended with ${code ?? signal}`;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Of what the system refuses: `fetch` has the reason below its own error, and of several tries only their code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message === "" && "code" in cause ? String(cause.code) : cause.message;
}
