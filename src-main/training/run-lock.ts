// The folder of a run or an application has one writer: two would mix their steps.

import { refuse } from "../common/diagnostic.ts";
import { makeFolder, sweepUnfinished } from "../weights/atomic-write.ts";
import { holderOf, isLock, lockFolder, type LockHolder, printHolder } from "../weights/folder-lock.ts";

/**
 * Makes the folder, works in it as its only writer, and first deletes what writers that were killed have left unfinished.
 * @throws Refusal naming the process that writes in it already
 */
export async function asOnlyWriter<T>(run: string, work: () => Promise<T>): Promise<T> {
  makeFolder(run);
  const lock = lockFolder(run);
  if (!isLock(lock)) return refuseTakenRun(run, lock);
  try {
    sweepUnfinished(run, true);
    return await work();
  } finally {
    lock.release();
  }
}

/** @throws Refusal: a new run gets a folder without one; of a run that is just being worked on, it names the process */
export function refuseKeptRun(run: string): never {
  const holder = holderOf(run);
  if (holder !== null && holder.pid !== process.pid) refuseTakenRun(run, holder);
  return refuse({
    code: "run-exists",
    at: { file: run },
    message: "another run was kept in this folder",
    help: "go on with it, or choose another folder",
    command: `\`--resume ${run}\`, \`--out FOLDER\``,
  });
}

function refuseTakenRun(run: string, holder: LockHolder): never {
  refuse({
    code: "run-taken",
    at: { file: run },
    message: `another program works in this folder: ${printHolder(holder)}`,
    help: "wait for it or stop it first; if it runs on a machine that is gone for good, delete the file lock in this folder",
  });
}
