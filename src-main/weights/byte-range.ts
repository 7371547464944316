// Reading parts of a weight file: opening with a diagnostic, and exact byte ranges, never more than the file holds.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { refuse } from "../common/diagnostic.ts";

export interface OpenFile {
  readonly file: string;
  readonly descriptor: number;
  /** Bytes. */
  readonly size: number;
}

/**
 * Open a regular file, hand it to `use`, close it. A missing, unreadable or special file is refused.
 * @param missing the way out of a file that is not there
 */
export function withOpenFile<Result>(
  file: string,
  use: (opened: OpenFile) => Result,
  missing = "check the path",
): Result {
  const descriptor = openForReading(file, missing);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) {
      refuse({
        code: "file-not-readable",
        at: { file },
        message: status.isDirectory() ? "a folder is here, not a file" : "this is not a regular file",
        help: "give the path of the file itself",
      });
    }
    return use({ file, descriptor, size: status.size });
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes `[offset, offset + length)`; the caller has made sure that they lie within the file. */
export function readRange(
  { file, descriptor, size }: OpenFile,
  offset: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  if (offset < 0 || length < 0 || offset + length > size) {
    throw new Error(`bytes ${offset}..${offset + length} lie outside a file of ${size} bytes`);
  }
  const bytes = new Uint8Array(length);
  // One read call of the operating system moves at most 2 GiB.
  const largestRead = 2 ** 30;
  for (let done = 0; done < length;) {
    const count = readSync(descriptor, bytes, done, Math.min(length - done, largestRead), offset + done);
    if (count === 0) {
      refuse({
        code: "file-not-readable",
        at: { file },
        message: `the file ended at byte ${offset + done} while it was being read`,
        help: "another program is writing this file: wait until it is done",
      });
    }
    done += count;
  }
  return bytes;
}

function openForReading(file: string, missingHelp: string): number {
  try {
    return openSync(file, "r");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && typeof error.code === "string")) throw error;
    const missing = error.code === "ENOENT" || error.code === "ENOTDIR";
    return refuse({
      code: missing ? "file-not-found" : "file-not-readable",
      at: { file },
      message: missing ? "there is no such file" : `cannot open the file (${error.code})`,
      help: missing ? missingHelp : "check the permissions of the file and of its folder",
    });
  }
}
