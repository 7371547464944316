// What a system says when it reads: of an open file it names no path, and whoever is told needs one.

import { refuse } from "../common/diagnostic.ts";
import { HELP_FOR_SYSTEM_ERROR, wordsOfSystemError } from "../common/system-fault.ts";

/** @throws Refusal for what the system says of a disk or a file; anything else as it is */
export function refuseReadError(error: unknown, file: string): never {
  if (!(error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string")) throw error;
  return refuse({
    code: "file-not-readable",
    at: { file: "path" in error && typeof error.path === "string" ? error.path : file },
    message: `cannot read the file: ${wordsOfSystemError(error)}`,
    help: (error.code === "EIO" ? HELP_FOR_SYSTEM_ERROR[error.code] : undefined) ?? "check the disk and the path",
  });
}
