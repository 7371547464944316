// Whether a process is still the one that it was.

import { readFileSync } from "node:fs";

/** Also if it sleeps, is stopped, or belongs to somebody else. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !hasEnded(pid);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** A process that nobody asked how it ended keeps its number: forever in a container whose first process asks for none. */
function hasEnded(pid: number): boolean {
  return /^[ZX]/.test(statFields(pid)?.[0] ?? "");
}

/**
 * When a process began, in ticks since the machine's, with the machine's own start, so that no later process has the same.
 * `null` where only Linux would tell without running a program.
 */
export function startOf(pid: number): string | null {
  const boot = readOrNull("/proc/sys/kernel/random/boot_id")?.trim();
  const ticks = statFields(pid)?.[19];
  return boot === undefined || ticks === undefined ? null : `${boot} ${ticks}`;
}

/** Of proc(5), from the state on, which it calls field 3. The name in brackets before it may hold spaces and brackets. */
function statFields(pid: number): string[] | undefined {
  return readOrNull(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, "")
    .split(" ");
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
