// What weights are, whatever they are called and wherever they lie: of a large file its size, beginning, end and samples from all over, since
// two trainings of one network have the same header and size; of a folder all its parts and their names.

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { readRange, withOpenFile } from "./byte-range.ts";
import { bytesOf, type Found, type FoundFile, lookAt, trimmed } from "./look-at.ts";

export interface Identified {
  readonly identity: string;
  /** Of all files. */
  readonly bytes: number;
  readonly isFolder: boolean;
}

export type Identify = (path: string) => Identified;

const END_BYTES = 2 ** 20;
// Training changes all of a layer: some of these fall into each large one, and a disk that turns reads them within seconds.
const SAMPLES = 512;
const SAMPLE_BYTES = 4096;
/** A file that has changed so recently may change again without telling: a clock of files goes in steps, of some disks of two seconds. */
const SETTLED_AFTER_MS = 2000;

/** @returns what reads each file once, as long as it does not change; it throws what the system says of a path that is not there */
export function createIdentify(): Identify {
  const known = new Map<string, { readonly stamp: string; readonly identity: string }>();
  const identityOfFile = ({ path, bytes, stamp, changed }: FoundFile): string => {
    const kept = known.get(path);
    if (kept?.stamp === stamp) return kept.identity;
    const identity = hashOfFile(path, bytes);
    if (Date.now() - changed > SETTLED_AFTER_MS) known.set(path, { stamp, identity });
    return identity;
  };
  const identityOf = (found: Found): string => {
    if (found.kind === "file") return identityOfFile(found);
    const words = found.parts.map((part) => `${basename(part.path)} ${identityOf(part)}\n`).join("");
    return createHash("sha256").update("folder\n").update(words).digest("hex");
  };
  return (path) => {
    const found = trimmed(lookAt(path));
    return { identity: identityOf(found), bytes: bytesOf(found), isFolder: found.kind === "folder" };
  };
}

function hashOfFile(path: string, size: number): string {
  return withOpenFile(path, (file) => {
    const hash = createHash("sha256").update(`${size}\n`);
    if (size <= 2 * END_BYTES) return hash.update(readRange(file, 0, size)).digest("hex");
    hash.update(readRange(file, 0, END_BYTES)).update(readRange(file, size - END_BYTES, END_BYTES));
    const rest = size - 2 * END_BYTES;
    for (let i = 0; i < SAMPLES; i++)
      hash.update(readRange(file, END_BYTES + Math.floor((rest * i) / SAMPLES), SAMPLE_BYTES));
    return hash.digest("hex");
  });
}
