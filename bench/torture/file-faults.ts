// File operations that fail on purpose, for a process of its own: every operation of node:fs in one folder is counted, and at the
// chosen one the disk is full or broken, or the process is killed.

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { resolve, sep } from "node:path";

/** `full` stays until the next plan: a disk that is full is full for everyone. `broken` is one operation. */
export const FAULT_KINDS = ["kill", "torn", "full", "broken"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultPlan {
  /** Operations elsewhere are let through and not counted. */
  readonly folder: string;
  /** Which operation, from 0; absent: none. */
  readonly at?: number | undefined;
  readonly kind?: FaultKind | undefined;
}

export interface Operation {
  /** The function of node:fs. */
  readonly name: string;
  readonly file: string;
  /** Whether it was called with a descriptor. */
  readonly isOpen: boolean;
  /** Whether it takes room on the disk. */
  readonly isWriting: boolean;
  /** Whether half of it can be done. */
  readonly hasData: boolean;
}

/** Synchronous functions that take a path or a descriptor first: no writer of a run uses any other, which `faults` holds. */
const WATCHED = [
  "openSync",
  "closeSync",
  "fsyncSync",
  "writeSync",
  "writeFileSync",
  "appendFileSync",
  "readSync",
  "readFileSync",
  "readdirSync",
  "existsSync",
  "statSync",
  "fstatSync",
  "renameSync",
  "rmSync",
  "unlinkSync",
  "mkdirSync",
  "copyFileSync",
  "truncateSync",
  "ftruncateSync",
] as const;

const WITH_DATA: ReadonlySet<string> = new Set(["writeSync", "writeFileSync", "appendFileSync"]);
const TAKING_ROOM: ReadonlySet<string> = new Set([
  ...WITH_DATA,
  "mkdirSync",
  "copyFileSync",
  "fsyncSync",
  "renameSync",
]);

let plan: FaultPlan | null = null;
let operations: Operation[] = [];
/** Functions of node:fs call one another. */
let depth = 0;
const paths = new Map<number, string>();

type AnyFunction = (...words: unknown[]) => unknown;

/** Once, in a process that does nothing else. */
export function watchFiles(): void {
  // The functions are looked up by their names, and called with what they were called with.
  const table = fs as unknown as Record<string, AnyFunction>;
  for (const name of WATCHED) {
    const original = table[name];
    if (original === undefined) throw new Error(`node:fs has no ${name}`);
    table[name] = (...words) => perform(name, original, words);
  }
  // Without it, `import { openSync }` would go on to have the original.
  syncBuiltinESMExports();
}

/** Forgets all operations so far. */
export function planFaults(next: FaultPlan | null): void {
  plan = next;
  operations = [];
}

/** Room was made, the disk mended. The operations go on to be counted. */
export function endFault(): void {
  if (plan !== null) plan = { folder: plan.folder };
}

/** Operations of this work are let through and not counted. */
export function unwatched<Result>(work: () => Result): Result {
  depth += 1;
  try {
    return work();
  } finally {
    depth -= 1;
  }
}

export function operationsSoFar(): readonly Operation[] {
  return operations;
}

function perform(name: string, original: AnyFunction, words: unknown[]): unknown {
  const file = fileOf(name, words);
  const isOurs = plan !== null && depth === 0 && file !== undefined && isInside(file, plan.folder);
  if (isOurs && plan !== null) {
    const operation = { name, file, isOpen: typeof words[0] === "number", ...natureOf(name, words) };
    const isBroken = before(plan, operation, original, words);
    // Of a disk that is broken Node says here, and only here, that there is nothing.
    if (isBroken && name === "existsSync") return false;
    if (isBroken) throw systemError("EIO", "i/o error", operation);
  }
  depth += 1;
  try {
    const result = original(...words);
    if (name === "openSync" && typeof result === "number" && file !== undefined) paths.set(result, file);
    return result;
  } finally {
    depth -= 1;
  }
}

/** The one that is made, of two. */
function fileOf(name: string, [first, second]: readonly unknown[]): string | undefined {
  if (typeof first === "number") return paths.get(first);
  return resolve(String(name === "renameSync" || name === "copyFileSync" ? second : first));
}

/** @returns whether the operation fails as on a broken disk @throws as on a full one */
function before({ at, kind }: FaultPlan, operation: Operation, original: AnyFunction, words: unknown[]): boolean {
  const index = operations.push(operation) - 1;
  if (at === undefined || index < at) return false;
  if (kind === "full" && operation.isWriting) throw systemError("ENOSPC", "no space left on device", operation);
  if (index > at) return false;
  if (kind === "torn") original(words[0], halfOf(words[1]), ...words.slice(2));
  // Nothing that is pending is done any more: no `finally`, no listener.
  if (kind === "kill" || kind === "torn") process.kill(process.pid, "SIGKILL");
  return kind === "broken";
}

function natureOf(name: string, [, flags]: readonly unknown[]): Pick<Operation, "isWriting" | "hasData"> {
  const isWriting = name === "openSync" ? typeof flags === "string" && /[wa+]/.test(flags) : TAKING_ROOM.has(name);
  return { isWriting, hasData: WITH_DATA.has(name) };
}

function halfOf(data: unknown): unknown {
  if (typeof data === "string") return data.slice(0, data.length / 2);
  if (data instanceof Uint8Array) return data.subarray(0, data.length / 2);
  throw new Error(`no half can be written of ${typeof data}`);
}

/** As Node says it: of what is done with an open file it names no path, and to read a file is to read an open one. */
function systemError(code: string, message: string, { name, file, isOpen }: Operation): Error {
  const syscall = name.replace(/(File)?Sync$/, "");
  if (isOpen || name === "readFileSync")
    return Object.assign(new Error(`${code}: ${message}, ${syscall}`), { code, syscall });
  return Object.assign(new Error(`${code}: ${message}, ${syscall} '${file}'`), { code, syscall, path: file });
}

function isInside(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder + sep);
}
