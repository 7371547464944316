// The memory and the processor time of a process and those that it starts, as Linux tells them.

import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface Use {
  /** The most bytes at once that are no pages of a file. */
  readonly anonymous: number;
  /** The same with the pages of files, each counted once however often it is mapped. */
  readonly total: number;
  /** Of all cores together: tells the work apart from waiting for a busy machine. */
  readonly processorSeconds: number;
}

const LOOK_MS = 50;
/** Of the time: pages of files take long to count, which must not slow down what they are counted for. They come and go slowly. */
const SHARE_FOR_FILES = 0.04;

/** Looks until the process ends. A short peak between two looks stays unseen, and so does the time after the last look. */
export async function watchUse(child: ChildProcess): Promise<Use> {
  let [anonymous, total, files, nextCount] = [0, 0, 0, 0];
  const seconds = new Map<number, number>();
  let isOver = false;
  child.once("exit", () => (isOver = true));
  while (!isOver) {
    const family = familyOf(child.pid ?? 0);
    const start = performance.now();
    if (start >= nextCount) {
      files = sum(family.map(readFilePages));
      nextCount = start + (performance.now() - start) / SHARE_FOR_FILES;
    }
    const now = sum(family.map(readAnonymous));
    anonymous = Math.max(anonymous, now);
    total = Math.max(total, now + files);
    for (const pid of family) seconds.set(pid, Math.max(seconds.get(pid) ?? 0, readProcessorSeconds(pid)));
    await sleep(LOOK_MS);
  }
  return { anonymous, total, processorSeconds: sum([...seconds.values()]) };
}

/** A process and all that descend from it. */
function familyOf(pid: number): readonly number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(familyOf)];
}

/** Bytes of pages that are of no file. Zero once the process is gone. */
function readAnonymous(pid: number): number {
  return bytesOf(read(`/proc/${pid}/status`), "RssAnon");
}

/** By the proportional set size: a page that is mapped twice counts as two halves. Zero once the process is gone. */
function readFilePages(pid: number): number {
  return bytesOf(read(`/proc/${pid}/smaps_rollup`), "Pss_File");
}

function bytesOf(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;
}

const TICKS_PER_SECOND = 100;

function readProcessorSeconds(pid: number): number {
  // The name of the program, in brackets, may hold spaces; the 12th and 13th field after it are the time, in ticks.
  const fields = read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

/** Empty once the process is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return "";
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
