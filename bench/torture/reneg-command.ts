// The command `reneg`, started as a person starts it: a process group of its own, seen by what it prints and how it ends.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const COMMAND = join(import.meta.dirname, "../../src-main/cli/reneg.mjs");
/** Longer than any part lets a command run; what runs longer hangs. */
const LONGEST_MS = 600_000;
const LOOKED_EVERY_MS = 20;

export interface CommandEnd {
  /** The exit code, or the name of the signal that ended it. */
  readonly how: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  /** Of the command, and of its group. */
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when it has printed so many lines of progress, or has ended. */
  readonly untilLines: (count: number) => Promise<void>;
  readonly ended: Promise<CommandEnd>;
}

export interface RenegPlace {
  /** The launcher; absent: that of this checkout. */
  readonly launcher?: string;
  /** Beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** @param folder in which it is started */
export function startReneg(
  words: readonly string[],
  folder: string,
  { launcher = COMMAND, env = {} }: RenegPlace = {},
): RunningCommand {
  const child = spawn(process.execPath, [launcher, ...words], {
    cwd: folder,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LONGEST_MS,
    killSignal: "SIGKILL",
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("reneg cannot be started");
  let stdout = "";
  let stderr = "";
  const listeners = new Set<() => void>();
  const tell = (): void => listeners.forEach((listener) => listener());
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    tell();
  });
  // The pipes may be held open by an engine that outlives its parent for a moment: the end of the command is "exit".
  const ended = new Promise<CommandEnd>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      const how = code ?? signal ?? 0;
      setImmediate(() => resolve({ how, stdout, stderr }));
    });
  });
  return {
    pid,
    stdout: () => stdout,
    stderr: () => stderr,
    async untilLines(count) {
      const printed = new Promise<void>((resolve) => {
        const look = (): void => {
          if (stderr.split("\n").length > count) resolve();
        };
        listeners.add(look);
        look();
      });
      await Promise.race([printed, ended]);
    },
    ended,
  };
}

export async function reneg(words: readonly string[], folder: string): Promise<CommandEnd> {
  return startReneg(words, folder).ended;
}

/** Looks again and again. @returns `undefined`: the command has ended before */
export async function untilFound<T>(command: RunningCommand, look: () => T | undefined): Promise<T | undefined> {
  let hasEnded = false;
  void command.ended.then(() => (hasEnded = true));
  for (;;) {
    const found = look();
    if (found !== undefined || hasEnded) return found;
    await sleep(LOOKED_EVERY_MS);
  }
}
