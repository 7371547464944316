// Sound inputs to begin with: what comes with the program and its tests, and what the program itself writes.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");

/** @param path below the folder of the repository */
export function repositoryFile(path: string): Buffer {
  return readFileSync(join(ROOT, path));
}

/** @param folder below that of the repository */
export function repositoryFiles(folder: string, name: RegExp): Buffer[] {
  const names = readdirSync(join(ROOT, folder)).filter((one) => name.test(one));
  return names.toSorted().map((one) => readFileSync(join(ROOT, folder, one)));
}

/** What is written in a folder of its own. @param name what `write` makes there */
export function writtenIn(name: string, write: (folder: string) => unknown): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "reneg-fuzz-seed-"));
  try {
    write(folder);
    return readFileSync(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is written as a file of this ending. */
export function written(ending: string, write: (file: string) => unknown): Buffer {
  return writtenIn(`seed${ending}`, (folder) => write(join(folder, `seed${ending}`)));
}

export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
