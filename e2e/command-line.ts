// Runs the `reneg` command as a person does: a process of its own, in a folder of its own, seen only by its output and exit code.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "@playwright/test";
import { z } from "zod";

const REPOSITORY = join(import.meta.dirname, "..");

export interface Outcome {
  /** The exit code, or the name of the signal that ended the process. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly pid: number;
  readonly isRunning: () => boolean;
  /** What it has printed so far. */
  readonly stdout: () => string;
  /** What Ctrl-C does. */
  readonly interrupt: () => void;
  readonly send: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Outcome>;
}

/** Run `reneg` to its end, in the folder of the current test, where its files stay for inspection under `e2e/results`. */
export function reneg(...args: readonly string[]): Promise<Outcome> {
  return startReneg(...args).ended;
}

export function startReneg(...args: readonly string[]): RunningCommand {
  return startRenegWith(process.env, ...args);
}

export function startRenegWith(environment: NodeJS.ProcessEnv, ...args: readonly string[]): RunningCommand {
  const folder = test.info().outputPath();
  mkdirSync(folder, { recursive: true });
  // Playwright asks its workers for colours; a person who pipes output into a file does not.
  const { FORCE_COLOR: _, ...env } = environment;
  const child = spawn(process.execPath, [commandFile(), ...args], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: test.info().timeout,
  });
  const closed = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const ended = Promise.all([text(child.stderr), closed]);
  return {
    pid: child.pid ?? 0,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    stdout: () => printed,
    interrupt: () => child.kill("SIGINT"),
    send: (signal) => child.kill(signal),
    ended: ended.then(([stderr, code]) => ({ code, stdout: printed, stderr })),
  };
}

/** The file that npm links as the command. */
export function commandFile(): string {
  const manifest = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));
  return join(REPOSITORY, z.object({ bin: z.object({ reneg: z.string() }) }).parse(manifest).bin.reneg);
}
