// What a system says of its disks and files, for people. It is no fault of the program, and no report of it would mend it.

import type { Diagnostic } from "./diagnostic.ts";

/** The way out, by the system's code. */
export const HELP_FOR_SYSTEM_ERROR: { readonly [code: string]: string } = {
  EIO: "the disk does not do what it is asked: check it and its cable or network, and what the system's log says of it",
  ENOSPC: "free some space on this disk, or choose a folder on another one",
  EDQUOT: "your quota on this disk is used up: free some space, or choose a folder on another disk",
  EACCES: "choose a folder in which you may write, or change its permissions",
  EPERM: "choose a folder in which you may write, or change its permissions",
  EROFS: "this disk is mounted read-only: choose a folder on another one",
  ENOENT: "create the folder first, or correct the path",
  ENOTDIR: "part of this path is a file: correct the path",
  EEXIST: "a file has this name: choose another one",
  EISDIR: "a folder has this name: choose another file name",
  ENAMETOOLONG: "choose a shorter file name",
};

/** Codes that tell of the machine, whatever the program has asked for. */
const OF_THE_MACHINE: ReadonlySet<string> = new Set([
  "EIO",
  "ENOSPC",
  "EDQUOT",
  "EACCES",
  "EPERM",
  "EROFS",
  // Links that lead in a circle, a share that is not there any more, too many open files.
  "ELOOP",
  "ESTALE",
  "EMFILE",
  "ENFILE",
]);

/** "ENOSPC: no space left on device, write" gives the part between; the rest may name a temporary file. */
export function wordsOfSystemError(error: Error): string {
  return error.message.replace(/^\w+: /, "").split(",")[0] ?? "";
}

/** `null`: it tells of no file, or of what the program should have known. */
export function systemFaultOf(error: unknown): Diagnostic | null {
  if (!(error instanceof Error && "code" in error && "path" in error)) return null;
  const { code, path } = error;
  if (typeof code !== "string" || typeof path !== "string" || !OF_THE_MACHINE.has(code)) return null;
  return {
    severity: "error",
    code: "file-not-usable",
    at: { file: path },
    message: `cannot use it: ${wordsOfSystemError(error)}`,
    help: HELP_FOR_SYSTEM_ERROR[code] ?? "check the disk and the path",
  };
}
