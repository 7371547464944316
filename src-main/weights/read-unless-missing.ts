// Files of our own that may be missing, and that must not be taken for missing when they cannot be read: they would be begun anew, and lost.

import { readFileSync } from "node:fs";
import { refuseReadError } from "./read-error.ts";

/** @returns its text; `null`: there is no such file @throws Refusal if there may be one that cannot be read */
export function readUnlessMissing(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const isMissing =
      error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
    return isMissing ? null : refuseReadError(error, file);
  }
}
