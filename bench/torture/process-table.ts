// The processes of a group, as Linux tells them.

import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Those that are still alive: a zombie has ended and only waits to be asked how. */
export function processesOf(group: number): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readOrNull(`/proc/${name}/stat`);
      // PID (NAME) STATE PARENT GROUP …; the name may hold spaces and parentheses.
      const [state, , own] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
      if (Number(own) !== group || state === "Z") return [];
      return [{ pid: Number(name), command: (readOrNull(`/proc/${name}/cmdline`) ?? "").replaceAll("\0", " ") }];
    });
}

export function engineOf(group: number): Process | undefined {
  return processesOf(group).find(({ command }) => command.includes("engine/engine.ts"));
}

/** @returns those that are still there after that time; they are killed then */
export async function leftOf(group: number, withinMs: number): Promise<Process[]> {
  const end = Date.now() + withinMs;
  let left = processesOf(group);
  while (left.length > 0 && Date.now() < end) {
    await sleep(50);
    left = processesOf(group);
  }
  for (const { pid } of left) sendSignal(pid, "SIGKILL");
  return left;
}

/** @param target a process, or the negative of a group @returns false if it is gone already */
export function sendSignal(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
