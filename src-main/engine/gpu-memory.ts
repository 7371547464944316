// GPU memory of a process, where NVIDIA's driver is there to be asked. Other drivers tell it to no one.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const QUESTION = ["--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"];
const ANSWERS_WITHIN_MS = 4000;
/** Where it could not be asked once, it is not asked again. */
let isThere = true;

/** @returns 2²⁰ bytes; `null` where it cannot be known, as for processes inside a container */
export async function gpuMemoryOf(pid: number): Promise<number | null> {
  if (!isThere) return null;
  try {
    const { stdout } = await run("nvidia-smi", QUESTION, { timeout: ANSWERS_WITHIN_MS, windowsHide: true });
    return readUsed(stdout, pid);
  } catch {
    isThere = false;
    return null;
  }
}

/** @param table a line a process and GPU: `4711, 1024` */
export function readUsed(table: string, pid: number): number | null {
  const own = table.split("\n").flatMap((line) => {
    const [id, used] = line.split(",").map((cell) => Number(cell.trim()));
    return id === pid && used !== undefined && Number.isFinite(used) ? [used] : [];
  });
  return own.length === 0 ? null : own.reduce((sum, used) => sum + used, 0);
}
