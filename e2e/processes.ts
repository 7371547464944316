// The processes that a command started, found from outside.

import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Kills every engine below a process, without a chance to say goodbye. */
export async function killEnginesOf(pid: number): Promise<void> {
  const engines = (await descendants(pid)).filter(({ command }) => /engine[\\/]engine\.ts/.test(command));
  if (engines.length === 0) throw new Error(`${pid} has no engine`);
  for (const engine of engines) process.kill(engine.pid, "SIGKILL");
}

/** Children, their children, and so on. */
export async function descendants(pid: number): Promise<Process[]> {
  const child = spawn("ps", ["-eo", "pid=,ppid=,args="], { stdio: ["ignore", "pipe", "inherit"] });
  const all = (await text(child.stdout)).split("\n").flatMap((line): Process[] => {
    const [, id, parent, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return id === undefined ? [] : [{ pid: Number(id), parent: Number(parent), command }];
  });
  const below = (parent: number): Process[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
