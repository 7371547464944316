// The processes that do what is to fail: one that lives on, and one for each kill.

import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";

export interface FaultWorker<Task, End> {
  /** `null`: it was killed while it worked. */
  readonly ask: (task: Task) => Promise<End | null>;
  readonly end: () => Promise<void>;
}

/** @param program a file of this folder that says `ready` once, and then answers each message with one */
export function startWorker<Task extends object, End>(program: string): FaultWorker<Task, End> {
  const child = fork(join(import.meta.dirname, program), [], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    serialization: "json",
  });
  const gone = new Promise<null>((resolve) => child.once("exit", () => resolve(null)));
  // What it sends first is that it is ready.
  const ready = nextMessage(child);
  return {
    async ask(task) {
      await Promise.race([ready, gone]);
      if (!child.connected) return null;
      const answer = nextMessage(child);
      child.send(task);
      // The program is one of this folder, and answers what it is told to.
      return Promise.race([answer as Promise<End>, gone]);
    },
    async end() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once("message", resolve));
}
