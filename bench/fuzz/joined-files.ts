// Several small files as one text, so that a folder can be damaged, kept and handed around like any other input.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** By names with forward slashes. */
export type Files = ReadonlyMap<string, Uint8Array>;

const MARK = "\n=== ";
/** What damage leaves of a name must not lead anywhere else. */
const NAME = /^[\w.-]+(\/[\w.-]+)*$/;

export function joinFiles(files: Files | Readonly<Record<string, Uint8Array | string>>): Uint8Array {
  const entries = files instanceof Map ? [...files] : Object.entries(files);
  return Buffer.concat(entries.flatMap(([name, content]) => [Buffer.from(`${MARK}${name}\n`), Buffer.from(content)]));
}

/** What has no proper name is left out. */
export function splitFiles(joined: Uint8Array): Map<string, Uint8Array> {
  const bytes = Buffer.from(joined.buffer, joined.byteOffset, joined.byteLength);
  const files = new Map<string, Uint8Array>();
  for (let begin = bytes.indexOf(MARK); begin !== -1;) {
    const next = bytes.indexOf(MARK, begin + MARK.length);
    const part = bytes.subarray(begin + MARK.length, next === -1 ? bytes.length : next);
    const line = part.indexOf("\n");
    const name = part.toString("latin1", 0, Math.max(0, line));
    if (NAME.test(name) && !name.split("/").includes("..")) files.set(name, part.subarray(line + 1));
    begin = next;
  }
  return files;
}

/** In place of what lay there. Names that are files and folders at once are left out. */
export function writeFiles(folder: string, files: Files): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const names = [...files.keys()];
  for (const [name, content] of files) {
    if (names.some((other) => other.startsWith(`${name}/`))) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}
