// What weights are, whatever they are called and wherever they lie: of a large file its size, beginning, end and samples from all over, since
// two trainings of one network have the same header and size; of a folder all that is in it.

import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

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

/** @returns what looks at each file once, as long as it does not change; it throws what the system says of one that is not there */
export function createIdentify(): Identify {
  const known = new Map<string, Identified>();
  const ofFile = (path: string, size: number, changed: number): Identified => {
    const key = `${path} ${size} ${changed}`;
    const found = known.get(key) ?? { identity: hashOfFile(path, size), bytes: size, isFolder: false };
    known.set(key, found);
    return found;
  };
  const identify = (path: string): Identified => {
    const stat = statSync(path);
    if (!stat.isDirectory()) return ofFile(path, stat.size, stat.mtimeMs);
    const names = readdirSync(path).filter(isPart).toSorted();
    const parts = names.map((name) => [name, identify(join(path, name))] as const);
    const words = parts.map(([name, { identity }]) => `${name} ${identity}\n`).join("");
    return {
      identity: createHash("sha256").update("folder\n").update(words).digest("hex"),
      bytes: parts.reduce((sum, [, { bytes }]) => sum + bytes, 0),
      isFolder: true,
    };
  };
  return identify;
}

/** What downloads leave beside a model does not make it another one. */
function isPart(name: string): boolean {
  return !name.startsWith(".") && !name.toLowerCase().endsWith(".md");
}

function hashOfFile(path: string, size: number): string {
  const descriptor = openSync(path, "r");
  const hash = createHash("sha256").update(`${size}\n`);
  const read = (position: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
  };
  try {
    if (size <= 2 * END_BYTES) return hash.update(read(0, size)).digest("hex");
    hash.update(read(0, END_BYTES)).update(read(size - END_BYTES, END_BYTES));
    const rest = size - 2 * END_BYTES;
    for (let i = 0; i < SAMPLES; i++) hash.update(read(END_BYTES + Math.floor((rest * i) / SAMPLES), SAMPLE_BYTES));
    return hash.digest("hex");
  } finally {
    closeSync(descriptor);
  }
}
