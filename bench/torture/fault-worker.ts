// The processes that do what is to fail: one that lives on, and one for each kill.

import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const NODE_COMPILE_CACHE = join(import.meta.dirname, "../../node_modules/.cache/node");
/** Some seconds are needed, on a machine that does much else perhaps a minute. */
const LONGEST_MS = 180_000;

/** Instead of an answer: it was killed while it worked; or it did not answer in time, and is killed for it. */
export type NoAnswer = "gone" | "hung";

export interface FaultWorker<Task, End> {
  /** A process that has ended before is started again. */
  readonly ask: (task: Task) => Promise<End | NoAnswer>;
  readonly end: () => Promise<void>;
}

interface Started {
  readonly child: ChildProcess;
  readonly ready: Promise<unknown>;
  readonly gone: Promise<"gone">;
}

/**
 * @param program a file of this folder that says `ready` once, and then answers each message with one
 * @param longestMs for one answer
 */
export function createWorker<Task extends object, End>(
  program: string,
  longestMs: number = LONGEST_MS,
): FaultWorker<Task, End> {
  let started: Started | null = null;

  async function answerTo({ child, ready, gone }: Started, task: Task): Promise<End | "gone"> {
    if ((await Promise.race([ready, gone])) === "gone" || !child.connected) return "gone";
    const answer = nextMessage(child);
    child.send(task);
    // The program is one of this folder, and answers what it is told to.
    return Promise.race([answer as Promise<End>, gone]);
  }

  return {
    async ask(task) {
      const asked = (started ??= start(program));
      const answered = new AbortController();
      const late = sleep(longestMs, "hung" as const, { signal: answered.signal }).catch(() => "hung" as const);
      const answer = await Promise.race([answerTo(asked, task), late]);
      answered.abort();
      if (answer === "hung") asked.child.kill("SIGKILL");
      if (answer === "hung" || answer === "gone") {
        await asked.gone;
        started = null;
      }
      return answer;
    },
    async end() {
      if (started?.child.connected === true) started.child.disconnect();
      await started?.gone;
      started = null;
    },
  };
}

function start(program: string): Started {
  const child = fork(join(import.meta.dirname, program), [], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    serialization: "json",
    // As the command has it: what Node has compiled is kept for the next of them.
    env: { NODE_COMPILE_CACHE, ...process.env },
  });
  return {
    child,
    // What it sends first is that it is ready.
    ready: nextMessage(child),
    gone: new Promise((resolve) => child.once("exit", () => resolve("gone"))),
  };
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once("message", resolve));
}
