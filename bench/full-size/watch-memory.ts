// The memory of another process over time, as Linux tells it.

import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

export interface MemoryPeak {
  /** Bytes that are no pages of a file. */
  readonly anonymous: number;
  /** Bytes with the pages of files, each counted once however often it is mapped. */
  readonly total: number;
}

/** Looks until the process ends. A short peak between two looks stays unseen. */
export async function watchMemory(child: ChildProcess): Promise<MemoryPeak> {
  let [anonymous, total] = [0, 0];
  const look = setInterval(() => {
    const now = readMemory(child.pid ?? 0);
    anonymous = Math.max(anonymous, now.anonymous);
    total = Math.max(total, now.total);
  }, 50);
  await new Promise((resolve) => child.once("exit", resolve));
  clearInterval(look);
  return { anonymous, total };
}

/** Proportional set size: a page that is mapped twice counts as two halves. Zeros once the process is gone. */
function readMemory(pid: number): MemoryPeak {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;
    return { anonymous: bytes("Anonymous"), total: bytes("Pss") };
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return { anonymous: 0, total: 0 };
  }
}
