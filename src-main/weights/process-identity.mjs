// Whether a process is still the one that it was.
// Plain JavaScript for Node 20.19 and later, since `npm start` asks it before anything else runs.

import { readFileSync } from "node:fs";

/** Also if it sleeps, is stopped, or belongs to somebody else. @param {number} pid @returns {boolean} */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return !hasEnded(pid);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** A process that nobody asked how it ended keeps its number: forever in a container whose first process asks for none. @param {number} pid */
function hasEnded(pid) {
  return /^[ZX]/.test(statFields(pid)?.[0] ?? "");
}

/**
 * When a process began, in ticks since the machine's, with the machine's own start, so that no later process has the same.
 * @param {number} pid @returns {string | null} `null` where only Linux would tell without running a program
 */
export function startOf(pid) {
  const boot = readOrNull("/proc/sys/kernel/random/boot_id")?.trim();
  const ticks = statFields(pid)?.[19];
  return boot === undefined || ticks === undefined ? null : `${boot} ${ticks}`;
}

/** Of proc(5), from the state on, which it calls field 3. The name in brackets before it may hold spaces and brackets. @param {number} pid @returns {string[] | undefined} */
function statFields(pid) {
  return readOrNull(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, "")
    .split(" ");
}

/** @param {string} file */
function readOrNull(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
