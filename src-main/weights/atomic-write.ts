// Files that are either wholly written or not there: temporary name in the same folder, flush to disk, rename.

import { randomUUID } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import { HELP_FOR_SYSTEM_ERROR, wordsOfSystemError } from "../common/system-fault.ts";
import { pause } from "./pause.mjs";

/**
 * Write bytes, or a sequence of chunks of which only one need be in memory, under a name that appears only when all of it is on disk.
 * An existing file is replaced at once. A full disk or an unwritable folder is refused, and the temporary file removed.
 * @param mode who may read and write it; as the system has it, unless given
 */
export function writeFileAtomically(
  file: string,
  content: Uint8Array | string | Iterable<Uint8Array>,
  mode?: number,
): void {
  const folder = dirname(file);
  const temporary = join(folder, `.${basename(file).slice(0, 100)}.${randomUUID()}.tmp`);
  try {
    writeAndSync(temporary, content, mode);
    renameWithRetries(temporary, file);
    syncFolder(folder);
  } catch (error) {
    removeQuietly(temporary);
    refuseWriteError(error, file);
  }
}

/** Copy a file as the above writes one, whatever its size. */
export function copyFileAtomically(from: string, to: string): void {
  const descriptor = openSync(from, "r");
  try {
    writeFileAtomically(to, chunksOf(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

const COPIED_AT_ONCE = 2 ** 22;

function* chunksOf(descriptor: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(COPIED_AT_ONCE);
  for (;;) {
    const count = readSync(descriptor, buffer);
    if (count === 0) return;
    yield buffer.subarray(0, count);
  }
}

/** Give a file or a folder another name or place on the same disk, durably. An existing file is replaced. */
export function moveDurably(from: string, to: string): void {
  try {
    renameWithRetries(from, to);
    for (const folder of new Set([dirname(to), dirname(from)])) syncFolder(folder);
  } catch (error) {
    refuseWriteError(error, to, `move ${basename(from)} here`);
  }
}

/** Another program, such as a virus scanner, may have a file of Windows open for a moment: then it can be neither renamed nor deleted. */
const WINDOWS_RETRIES = { maxRetries: 10, retryDelay: 50 };
const HELD_BRIEFLY: ReadonlySet<unknown> = new Set(["EPERM", "EACCES", "EBUSY"]);

function renameWithRetries(from: string, to: string): void {
  for (let tries = 0; ; tries++) {
    try {
      return renameSync(from, to);
    } catch (error) {
      const isBrief = error instanceof Error && "code" in error && HELD_BRIEFLY.has(error.code);
      if (process.platform !== "win32" || !isBrief || tries === WINDOWS_RETRIES.maxRetries) throw error;
      pause(WINDOWS_RETRIES.retryDelay * (tries + 1));
    }
  }
}

/** What cannot be removed now is swept when its folder is next opened: the fault that led here is the one to tell. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true, ...WINDOWS_RETRIES });
  } catch {
    // Its name ends in .tmp.
  }
}

/** @throws Refusal if it cannot be deleted */
export function removeFile(file: string): void {
  try {
    rmSync(file, { force: true, ...WINDOWS_RETRIES });
  } catch (error) {
    refuseWriteError(error, file, "delete the file");
  }
}

/** Deletes unfinished files of processes that have ended. The folder is to be locked by the caller. @param deep in its folders, too */
export function sweepUnfinished(folder: string, deep: boolean): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: deep }))
    if (entry.isFile() && isUnfinished(entry.name)) removeQuietly(join(entry.parentPath, entry.name));
}

/** By its name: as those above are named. */
export function isUnfinished(file: string): boolean {
  return UNFINISHED.test(basename(file));
}

const UNFINISHED = /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

function writeAndSync(file: string, content: Uint8Array | string | Iterable<Uint8Array>, mode?: number): void {
  const descriptor = openSync(file, "wx", mode);
  try {
    const chunks = content instanceof Uint8Array || typeof content === "string" ? [content] : content;
    for (const chunk of chunks) writeFileSync(descriptor, chunk);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The rename itself is durable only once the folder is on disk. Windows cannot open a folder and does not need it. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Make a folder, and those that it lies in, as far as they are not there, durably. An unwritable one is refused. */
export function makeFolder(folder: string, mode?: number): void {
  try {
    const first = mkdirSync(folder, { recursive: true, mode });
    // Each new folder is an entry of the one around it.
    if (first !== undefined)
      for (let made = resolve(folder); made.length >= first.length; made = dirname(made)) syncFolder(dirname(made));
  } catch (error) {
    refuseWriteError(faultOf(folder) ?? error, folder, "make the folder");
  }
}

/** Of a disk that is read-only, Node says that a folder is missing; the system says why when asked for the first one alone. */
function faultOf(folder: string): unknown {
  let first = resolve(folder);
  while (!existsSync(dirname(first))) first = dirname(first);
  try {
    mkdirSync(first);
    return null;
  } catch (error) {
    return error;
  }
}

/** Add to a file that is read line by line, and flush it to disk: a crash leaves all lines but the last. */
export function appendToFile(file: string, text: string): void {
  try {
    appendFileSync(file, text, { flush: true });
  } catch (error) {
    refuseWriteError(error, file);
  }
}

/** @throws Refusal for what the system says of a disk or a path; anything else as it is */
export function refuseWriteError(error: unknown, file: string, what = "write the file"): never {
  if (!(error instanceof Error && "code" in error && typeof error.code === "string")) throw error;
  refuse({
    code: "file-not-writable",
    at: { file },
    message: `cannot ${what}: ${wordsOfSystemError(error)}`,
    help: HELP_FOR_SYSTEM_ERROR[error.code] ?? "check the disk and the path",
  });
}
