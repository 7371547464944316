// Files that a page sends: under a name that is one, of a bounded size, and wholly written or not there.

import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import { whyNoPath } from "../common/path-name.ts";
import { makeFolder, refuseWriteError } from "../weights/atomic-write.ts";
import type { Home } from "./home.ts";

/** As much as a picture, an embedding or a bundle may take. */
const LARGEST_BYTES = 2 ** 30;

export interface Upload {
  /** As the page calls the file. */
  readonly name: string;
  /** What the request announces; `null`: it does not. */
  readonly bytes: number | null;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** @returns where it lies. @throws Refusal for a bad name, too much, or a disk that is full */
export async function receiveUpload(home: Home, { name, bytes, chunks }: Upload): Promise<string> {
  checkName(name);
  if (bytes !== null && bytes > LARGEST_BYTES) refuseSize(name);
  const path = join(home.uploads, randomUUID(), name);
  try {
    await write(path, chunks);
    return path;
  } catch (error) {
    removeUpload(path);
    throw error;
  }
}

export function isUpload(home: Pick<Home, "uploads">, path: string): boolean {
  return dirname(dirname(path)) === home.uploads;
}

/** With the folder that it has to itself. */
export function removeUpload(path: string): void {
  rmSync(dirname(path), { recursive: true, force: true });
}

async function write(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  let bytes = 0;
  makeFolder(dirname(path));
  const file = await attempt(path, () => open(path, "wx"));
  try {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > LARGEST_BYTES) refuseSize(basename(path));
      await attempt(path, () => file.writeFile(chunk));
    }
    await attempt(path, () => file.sync());
  } finally {
    await file.close();
  }
}

/** Of the disk, not of the page: one that goes away in the middle is no fault of ours. */
async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return refuseWriteError(error, path);
  }
}

function checkName(name: string): void {
  const isOnlyDots = /^[. ]+$/.test(name);
  const isName =
    !isOnlyDots &&
    name === basename(name) &&
    /^[^\p{Cc}<>:"/\\|?*]{1,200}$/u.test(name) &&
    whyNoPath(name) === undefined;
  if (isName) return;
  refuse({
    code: "upload-name",
    at: { part: JSON.stringify(name) },
    message: "this is not the name of a file",
    help: "rename the file and send it again",
  });
}

function refuseSize(name: string): never {
  refuse({
    code: "upload-too-large",
    at: { part: name },
    message: `the file has more than ${LARGEST_BYTES} bytes`,
    help: "put it on the machine that runs the program, and choose it there",
  });
}
