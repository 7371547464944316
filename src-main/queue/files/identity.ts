// What weights are, whatever they are called and wherever they lie: of a safetensors file the hash of its header and its size, of another
// large file its size, beginning and end, of a folder all that is in it.

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

const LENGTH_BYTES = 8;
const LARGEST_HEADER = 100_000_000;
const END_BYTES = 2 ** 20;

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
    const header = path.endsWith(".safetensors") ? headerLength(read(0, LENGTH_BYTES), size) : null;
    if (header !== null) return hash.update(read(LENGTH_BYTES, header)).digest("hex");
    return hash
      .update(read(0, END_BYTES))
      .update(read(size - END_BYTES, END_BYTES))
      .digest("hex");
  } finally {
    closeSync(descriptor);
  }
}

function headerLength(bytes: Uint8Array, size: number): number | null {
  const length = new DataView(bytes.buffer).getBigUint64(0, true);
  return length <= BigInt(Math.min(LARGEST_HEADER, size - LENGTH_BYTES)) ? Number(length) : null;
}
