// Who builds the page just now. A lock holds for as long as the process that it names lives.
// Plain JavaScript for Node 20.19 and later, since `npm start` builds before anything else runs.

import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pause } from "./pause.mjs";
import { isAlive, startOf } from "./process-identity.mjs";

/** Longer than the few bytes of a lock take to be written. */
const WRITING_MS = 200;

/** @typedef {{ readonly pid: number, readonly start: string | null }} Builder */

/**
 * @param {string} folder that is built into
 * @returns {(() => void) | number} what gives the lock back, or the number of the process that builds
 */
export function lockBuild(folder) {
  const file = join(folder, "build.lock");
  const own = JSON.stringify({ pid: process.pid, start: startOf(process.pid) });
  mkdirSync(folder, { recursive: true });
  for (;;) {
    if (create(file, own)) return () => rmSync(file, { force: true });
    const builder = readBuilder(file);
    if (builder !== null && isBuilding(builder)) return builder.pid;
    // It may just be written.
    if (builder === null) pause(WRITING_MS);
    if (builder !== null || readBuilder(file) === null) moveAside(file);
  }
}

/** @param {string} file @param {string} content @returns {boolean} false if there is one already */
function create(file, content) {
  try {
    writeFileSync(file, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} file @returns {Builder | null} null: there is none, or it is not wholly written */
function readBuilder(file) {
  try {
    const { pid, start } = JSON.parse(readFileSync(file, "utf8"));
    return Number.isInteger(pid) ? { pid, start } : null;
  } catch {
    return null;
  }
}

/** @param {Builder} builder */
function isBuilding({ pid, start }) {
  return isAlive(pid) && (start === null || startOf(pid) === start);
}

/** Of two programs that find the same old lock, the second may have got hold of the first one's new lock, and puts it back. @param {string} file */
function moveAside(file) {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    // Somebody else has moved it.
    return;
  }
  const moved = readBuilder(aside);
  if (moved !== null && isBuilding(moved)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}
