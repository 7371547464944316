// What a process has had of the processor, and how long it stood ready and had none, as Linux tells it (`/proc/PID/task/TID/schedstat`).

import { readdirSync, readFileSync } from "node:fs";

export interface ProcessorUse {
  /** Of all threads. */
  readonly seconds: number;
  /** Of the first thread, in which JavaScript and Redis do their work: on a machine with nothing else to do, next to none. */
  readonly waited: number;
}

const NANOSECONDS = 1e9;

/** @throws Error elsewhere than on Linux, or for a process that has ended */
export function readUse(pid: number): ProcessorUse {
  const folder = `/proc/${pid}/task`;
  const figuresOf = (thread: string): readonly number[] =>
    readFileSync(`${folder}/${thread}/schedstat`, "utf8").trim().split(" ").map(Number);
  const seconds = readdirSync(folder).map((thread) => (figuresOf(thread)[0] ?? NaN) / NANOSECONDS);
  return {
    seconds: seconds.reduce((sum, one) => sum + one, 0),
    waited: (figuresOf(`${pid}`)[1] ?? NaN) / NANOSECONDS,
  };
}
