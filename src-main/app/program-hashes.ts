// Whether what lies beside the archive of an installed program is what was packaged. The list of it lies inside of the archive, whose own
// hash Electron checks.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { refuse } from "../common/diagnostic.ts";

/** By path, with slashes: SHA-256 in hexadecimal; `null`: a file that macOS' own signature covers, and that signing has changed. */
const programHashes = z.record(z.string(), z.string().length(64).nullable());
export type ProgramHashes = z.output<typeof programHashes>;

/** What Node has compiled of the program itself, when `reneg` was called in its folder. */
const CACHE = "node_modules/.cache/";
const CHUNK_BYTES = 2 ** 20;
/** Files that are read at once. */
const READERS = 8;

/**
 * Of a program that runs from its sources nothing is checked: they are there to be changed.
 * @param built the folder of what was built, in the archive @param program the folder beside it, as a URL
 * @throws Refusal if a file is missing, changed, or was not packaged
 */
export async function checkInstalled(built: string, program: URL): Promise<void> {
  if (!/\.asar[\\/]/.test(built)) return;
  const list = join(built, "main/program-hashes.json");
  const hashes = existsSync(list) ? programHashes.parse(JSON.parse(readFileSync(list, "utf8"))) : {};
  await checkProgram(fileURLToPath(program), hashes);
}

/** @throws Refusal as `checkInstalled` */
export async function checkProgram(folder: string, hashes: ProgramHashes): Promise<void> {
  const found = new Set(filesIn(folder));
  const missing = Object.keys(hashes).filter((path) => !found.has(path));
  const added = [...found].filter((path) => !Object.hasOwn(hashes, path));
  const changed = await changedFiles(folder, hashes, found);
  const [first] = [...changed, ...missing, ...added];
  if (first === undefined) return;
  const counts = [
    [changed.length, "changed"],
    [missing.length, "missing"],
    [added.length, "added"],
  ] as const;
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  refuse({
    code: "program-changed",
    at: { file: join(folder, first) },
    message: `the installed program is not as it was packaged: of its files, ${told.join(", ")}`,
    help: "install it again; to change the program, run it from its sources",
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join("/"))
    .filter((path) => !path.startsWith(CACHE));
}

async function changedFiles(folder: string, hashes: ProgramHashes, found: ReadonlySet<string>): Promise<string[]> {
  const listed = Object.entries(hashes).filter(([path, hash]) => hash !== null && found.has(path));
  const changed: string[] = [];
  // One iterator for all of them: each reader takes the next file.
  const waiting = listed.values();
  const read = async (): Promise<void> => {
    for (const [path, hash] of waiting) {
      if ((await hashOf(join(folder, path))) !== hash) changed.push(path);
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return changed.toSorted();
}

/** In parts: the largest file has 150 MB. */
async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await open(path);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(chunk);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(chunk.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
