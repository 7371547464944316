// A run's folder has one writer: two would mix their steps.

import { refuse } from "../common/diagnostic.ts";
import { makeFolder, sweepUnfinished } from "../weights/atomic-write.ts";
import { isLock, lockFolder, printHolder } from "../weights/folder-lock.ts";

/**
 * Makes the folder, works in it as its only writer, and first deletes what writers that were killed have left unfinished.
 * @throws Refusal naming the process that writes in it already
 */
export async function asOnlyWriter<T>(run: string, work: () => Promise<T>): Promise<T> {
  makeFolder(run);
  const lock = lockFolder(run);
  if (!isLock(lock)) {
    return refuse({
      code: "run-taken",
      at: { file: run },
      message: `another program works on this run: ${printHolder(lock)}`,
      help: "wait for it or stop it first; if it runs on a machine that is gone for good, delete the file lock in this folder",
    });
  }
  try {
    sweepUnfinished(run);
    return await work();
  } finally {
    lock.release();
  }
}
