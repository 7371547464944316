// What the footer of a Parquet file tells, read by a process that ends with it.

import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { HEAP, PROCESS, refuseUnreadable } from "./open-parquet.ts";
import type { ParquetAnswer, ParquetFacts } from "./parquet-messages.ts";

/** A footer has some kilobytes, and some megabytes at most. */
const PATIENCE_MS = 10_000;

/** Whoever asks waits for it. @throws Refusal for a file that is none */
export function readParquetFacts(given: string): ParquetFacts {
  const file = resolve(given);
  const { stdout, error } = spawnSync(process.execPath, [`--max-old-space-size=${HEAP}`, PROCESS, file], {
    encoding: "utf8",
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 2 ** 26,
  });
  if (error !== undefined || stdout === "")
    return refuseUnreadable(file, "its footer takes more than its size accounts for");
  // The process is ours, and so is what it writes.
  const answer = JSON.parse(stdout) as ParquetAnswer<ParquetFacts>;
  return "told" in answer ? answer.told : refuseUnreadable(file, answer.fault);
}
