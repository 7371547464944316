// A folder that one program at a time may write in. The lock is a file that names its holder; it is held for as long as that process
// lives, however long the machine slept, and nobody but the holder removes it.

import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { refuseWriteError } from "./atomic-write.ts";
import { pause } from "./pause.mjs";
import { isAlive, startOf } from "./process-identity.mjs";

export const LOCK_FILE = "lock";
/** A lock that was moved aside: see `moveAside`. */
const MOVED = /^lock\.[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** How often a lock that was left behind is taken over, in case several programs find it at once. */
const TRIES = 8;
/** Longer than the few bytes of a lock take to be written. */
const WRITING_MS = 200;

const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** When the process began, as its system tells it; a later process of the same number has another one. */
  start: z.string().nullable(),
  /** Which of the holder's locks this is. */
  token: z.string(),
});
export type LockHolder = z.output<typeof holderSchema>;

/** Locks of this process that were not given back: one that could not be deleted holds no longer. */
const ownTokens = new Set<string>();

export interface FolderLock {
  /** May be called again, and leaves a lock that is somebody else's by now. */
  readonly release: () => void;
}

/**
 * @returns the lock, or who holds it
 * @throws Refusal if the folder cannot be written in
 */
export function lockFolder(folder: string): FolderLock | LockHolder {
  const file = join(folder, LOCK_FILE);
  const own: LockHolder = { pid: process.pid, host: hostname(), start: startOf(process.pid), token: randomUUID() };
  for (let tries = 0; tries < TRIES; tries++) {
    if (createWith(file, own)) {
      ownTokens.add(own.token);
      removeMoved(folder);
      return { release: () => release(file, own) };
    }
    const holder = readHolder(file);
    if (holder !== null && isHeld(holder)) return holder;
    // It may just be written.
    if (holder === null && tries === 0) pause(WRITING_MS);
    else moveAside(file);
  }
  return readHolder(file) ?? own;
}

/** Who holds the folder just now. */
export function holderOf(folder: string): LockHolder | null {
  const holder = readHolder(join(folder, LOCK_FILE));
  return holder !== null && isHeld(holder) ? holder : null;
}

export function isLock(result: FolderLock | LockHolder): result is FolderLock {
  return "release" in result;
}

/** `process 123`, and where, if it is elsewhere. */
export function printHolder({ pid, host }: LockHolder): string {
  return host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
}

/** @returns false if there is a lock already */
function createWith(file: string, holder: LockHolder): boolean {
  try {
    const descriptor = openSync(file, "wx");
    try {
      writeFileSync(descriptor, `${JSON.stringify(holder)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    return refuseWriteError(error, file);
  }
}

/** `null`: there is none, or one that was cut off while it was written or is of an earlier version, whose process has ended. */
function readHolder(file: string): LockHolder | null {
  try {
    const text = readFileSync(file, "utf8");
    const earlier = /^\d+\n$/.test(text) ? { pid: Number(text), host: hostname(), start: null, token: "" } : undefined;
    return holderSchema.safeParse(earlier ?? JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Of a process on another machine nothing can be known: its lock holds until somebody deletes it. */
function isHeld({ pid, host, start, token }: LockHolder): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return ownTokens.has(token);
  if (!isAlive(pid)) return false;
  return start === null || startOf(pid) === start;
}

/** Two programs that find the same old lock move it once: the second finds nothing, or the lock that the first has made by then. */
function moveAside(file: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== null && isHeld(moved)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

/** What somebody moved aside who was killed before it was deleted. One that is held is moved back by whoever moves it just now. */
function removeMoved(folder: string): void {
  unlessFaulty(() => {
    for (const name of readdirSync(folder)) {
      if (!MOVED.test(name)) continue;
      const moved = join(folder, name);
      const holder = readHolder(moved);
      if (holder === null || !isHeld(holder)) rmSync(moved, { force: true });
    }
  });
}

/** Of files that are in nobody's way where they cannot be deleted. */
function unlessFaulty(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

/** What it is called after has succeeded or failed by itself: a lock that cannot be deleted is taken over by whoever comes next. */
function release(file: string, own: LockHolder): void {
  ownTokens.delete(own.token);
  if (readHolder(file)?.token === own.token) unlessFaulty(() => rmSync(file, { force: true }));
}
