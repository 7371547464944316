// Parquet tables of pairs as a folder: `pairs.jsonl` with the same rows, and as files the images that stood in them.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import { type ImportPairsResult, PAIRS_TABLE } from "../common/pairs-import.ts";
import { makeFolder, removeFile, writeFileAtomically } from "../weights/atomic-write.ts";
import { openParquet, type ParquetFile } from "./parquet/open-parquet.ts";
import { isLeftOut, readPairs, refuseUnlessPairs } from "./read-pairs.ts";

const IMAGES = "images";

export interface ImportOptions {
  readonly out: string;
  /** In its place, where the tables only name images. */
  readonly outOfNamed?: string | undefined;
  readonly limit?: number | undefined;
  readonly signal: AbortSignal;
  /** Rows of all. */
  readonly onProgress: (done: number, total: number) => Promise<void>;
}

/**
 * Images are named by what they hold: one that stands in several rows is one file, so that it is never both learned from and held back.
 * The table is written last. What was imported before an interruption is found again by the next attempt.
 * @throws Refusal for files that cannot be read, hold no pairs, or name images that do not lie in the folder
 */
export async function importPairs(files: readonly string[], options: ImportOptions): Promise<ImportPairsResult> {
  const { signal, out, outOfNamed = out } = options;
  const opened: ParquetFile[] = [];
  try {
    for (const file of files) {
      const one = await openParquet(file, { signal });
      opened.push(one);
      refuseUnlessPairs(one.file, new Set(one.columns));
    }
    const onlyNamed = opened.every(({ bytes }) => bytes.length === 0);
    const folder = resolve(onlyNamed ? outOfNamed : out);
    // Where images would be written as well, it is refused before they are.
    if (!onlyNamed) refuseAnother(join(folder, PAIRS_TABLE));
    return await importRows(opened, folder, options);
  } finally {
    for (const one of opened) one.close();
  }
}

async function importRows(
  opened: readonly ParquetFile[],
  folder: string,
  { signal, onProgress, limit = Infinity }: ImportOptions,
): Promise<ImportPairsResult> {
  const table = join(folder, PAIRS_TABLE);
  const lines: string[] = [];
  const images = new Set<string>();
  let rows = 0;
  const total = Math.min(limit, sum(opened.flatMap(({ groups }) => groups)));
  makeFolder(folder);
  for (const one of opened) {
    for (let group = 0; group < one.groups.length && rows < total; group++) {
      for (const [i, cells] of (await one.readGroup(group)).slice(0, total - rows).entries()) {
        signal.throwIfAborted();
        if (!isLeftOut({ number: i + 1, cells })) {
          const place = { file: one.file, part: `row ${sum(one.groups.slice(0, group)) + i + 1}` };
          lines.push(`${JSON.stringify(withFiles(cells, (bytes) => saveImage(folder, bytes, { place, images })))}\n`);
        }
        await onProgress(++rows, total);
      }
    }
  }
  const isNew = !holds(table, lines);
  if (isNew) {
    refuseAnother(table);
    writeFileAtomically(table, bytesOf(lines));
  }
  const pairs = countPairs(table, isNew);
  return { folder, rows, leftOut: rows - lines.length, pairs, images: images.size };
}

/** As Preference Pairs reads it: the layouts are known there. What it does not take is not left behind, if it is new. */
function countPairs(table: string, isNew: boolean): number {
  try {
    return readPairs(table).examples.length;
  } catch (error) {
    if (isNew) removeFile(table);
    throw error;
  }
}

function* bytesOf(lines: readonly string[]): Generator<Uint8Array> {
  for (const line of lines) yield Buffer.from(line);
}

/** A cell without the images in it. Hugging Face's `datasets` keeps one as its bytes, with a path that it once had. */
function withFiles(cell: unknown, save: (bytes: Uint8Array) => string): unknown {
  if (cell instanceof Uint8Array) return save(cell);
  if (Array.isArray(cell)) return cell.map((one) => withFiles(one, save));
  if (typeof cell !== "object" || cell === null) return cell;
  if ("bytes" in cell && cell.bytes instanceof Uint8Array) return save(cell.bytes);
  return Object.fromEntries(Object.entries(cell).map(([name, inner]) => [name, withFiles(inner, save)]));
}

interface Saving {
  readonly place: { readonly file: string; readonly part: string };
  /** Names of those that were written. */
  readonly images: Set<string>;
}

/** @returns the name, from the folder on */
function saveImage(folder: string, bytes: Uint8Array, { place, images }: Saving): string {
  const ending = endingOf(bytes) ?? refuseBytes(place);
  const name = `${IMAGES}/${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}${ending}`;
  if (images.has(name)) return name;
  if (images.size === 0) makeFolder(join(folder, IMAGES));
  const file = join(folder, name);
  if (!existsSync(file)) writeFileAtomically(file, bytes);
  images.add(name);
  return name;
}

/** By the first bytes. `undefined`: none of those that data sets of images hold. */
function endingOf(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (start.startsWith("\xff\xd8\xff")) return ".jpg";
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return ".png";
  return start.startsWith("RIFF") && start.endsWith("WEBP") ? ".webp" : undefined;
}

function refuseBytes(at: Saving["place"]): never {
  refuse({
    code: "example-image",
    at,
    message: `${at.part} holds bytes that are no PNG, JPEG or WebP image`,
    help: "leave out columns of other bytes, or declare texts as such",
  });
}

/** Of tables that only name their images, a folder has one, and who imports them again finds it as it was. */
function holds(table: string, lines: readonly string[]): boolean {
  return existsSync(table) && readFileSync(table).equals(Buffer.from(lines.join("")));
}

function refuseAnother(file: string): void {
  if (!existsSync(file)) return;
  refuse({
    code: "pairs-there",
    at: { file },
    message: "a table of pairs lies here already",
    help: "name another folder, or move the table away",
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
