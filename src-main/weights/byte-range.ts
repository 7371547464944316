// Reading parts of a weight file: opening with a diagnostic, and exact byte ranges, never more than the file holds.

import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { refuse } from "../common/diagnostic.ts";
import { PATH_HELP, whyNoPath } from "../common/path-name.ts";
import { refuseReadError } from "./read-error.ts";

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
    try {
      const status = fstatSync(descriptor);
      checkRegular(file, status);
      return use({ file, descriptor, size: status.size });
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return refuseReadError(error, file);
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

/** Windows has none. */
const NONBLOCKING = constants.O_NONBLOCK ?? 0;

function checkRegular(file: string, status: Stats): void {
  const what = status.isDirectory()
    ? "a folder is here, not a file"
    : !status.isFile()
      ? "this is not a regular file"
      : kernelFileSystems().includes(status.dev)
        ? "this is no file on a disk, but one that the system makes up"
        : null;
  if (what === null) return;
  refuse({ code: "file-not-readable", at: { file }, message: what, help: "give the path of the file itself" });
}

let kernelDevices: readonly number[] | undefined;

/** Where Linux keeps what it tells of itself, and of this process, as files. */
function kernelFileSystems(): readonly number[] {
  kernelDevices ??= ["/proc", "/sys"].flatMap((folder) => {
    const status = process.platform === "linux" ? statSync(folder, { throwIfNoEntry: false }) : undefined;
    return status === undefined || status.dev === statSync("/").dev ? [] : [status.dev];
  });
  return kernelDevices;
}

function openForReading(file: string, missingHelp: string): number {
  const why = whyNoPath(file);
  if (why !== undefined) refuse({ code: "path-unusable", at: { file }, message: why, help: PATH_HELP });
  try {
    // Before it is opened: a pipe waits for somebody who writes, and a device may act.
    checkRegular(file, statSync(file));
    return openSync(file, constants.O_RDONLY | NONBLOCKING);
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
