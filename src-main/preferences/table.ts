// Tables as people keep them: JSON, JSON lines, CSV and TSV, as rows of named cells.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { Refusal, refuse } from "../common/diagnostic.ts";
import { parseDelimited, UnclosedQuote } from "../texts/delimited-text.ts";
import { readRange, withOpenFile } from "../weights/byte-range.ts";
import { readDecodedFile } from "../weights/text-file.ts";

export interface TableRow {
  /** Counted from 1, without the names of columns. */
  readonly number: number;
  readonly cells: Readonly<Record<string, unknown>>;
}

export interface Table {
  readonly file: string;
  /** That images are named relative to. */
  readonly folder: string;
  /** What tells whether the table has changed. */
  readonly digest: string;
  readonly rows: readonly TableRow[];
}

type ReadRows = (text: string, file: string) => readonly unknown[];

/** Bytes: some million rows. */
const LARGEST = 512 * 2 ** 20;

const READERS: Readonly<Record<string, ReadRows>> = {
  ".jsonl": jsonLines,
  ".ndjson": jsonLines,
  ".json": (text, file) => {
    const json = parseJson(text, file, "the file");
    return Array.isArray(json) ? (json as readonly unknown[]) : refuseShape(file);
  },
  ".csv": (text, file) => delimited(text, file, ","),
  ".tsv": (text, file) => delimited(text, file, "\t"),
};

/** Endings of tables. */
export const TABLE_ENDINGS: readonly string[] = Object.keys(READERS);

/**
 * @param path a table, or the folder that it lies in
 * @param usual what it is called where several lie in the folder, without the ending
 * @throws Refusal if there is none, or several
 */
export function readTable(path: string, usual: string): Table {
  const file = findTable(path, usual);
  const read = READERS[extname(file).toLowerCase()];
  if (read === undefined) return refuseMissing(file, usual);
  const text = readTableText(file);
  const rows = read(text, file).map((row, i): TableRow => {
    if (typeof row !== "object" || row === null || Array.isArray(row)) return refuseShape(file, i + 1);
    return { number: i + 1, cells: { ...row } };
  });
  return { file, folder: dirname(file), digest: digestOf(text), rows };
}

export function columnsOf({ rows }: Table): ReadonlySet<string> {
  return new Set(rows.flatMap(({ cells }) => Object.keys(cells)));
}

/** That of `readTable`, without its rows. @throws Refusal if there is none, or several */
export function tableDigest(path: string, usual: string): string {
  return digestOf(readTableText(findTable(path, usual)));
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The table that a path stands for; `undefined`: nothing here is called so. */
export function usualTable(folder: string, usual: string): string | undefined {
  const named = TABLE_ENDINGS.map((ending) => join(folder, `${usual}${ending}`));
  return named.find((file) => existsSync(file) && !isObjectFile(file));
}

/** Bytes, of which most are white space if anything. */
const BEGINNING = 512;
/** In UTF-8, UTF-16 and UTF-32, with a byte order mark or without. */
const BEGINS_AN_OBJECT = /^[\xef\xbb\xbf\xfe\xff\0\s]*\{/;

/** A JSON file of no rows that may lie beside a table: a recipe, a workflow. Of one that cannot be read, whoever reads it tells. */
function isObjectFile(file: string): boolean {
  if (extname(file).toLowerCase() !== ".json") return false;
  try {
    const beginning = withOpenFile(file, (opened) => readRange(opened, 0, Math.min(BEGINNING, opened.size)));
    // latin1 gives each byte one character of the same code.
    return BEGINS_AN_OBJECT.test(Buffer.from(beginning).toString("latin1"));
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** @throws Refusal if there is none, or several */
function findTable(given: string, usual: string): string {
  const path = resolve(given);
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) {
    return refuse({
      code: "file-missing",
      at: { file: path },
      message: "there is no such file or folder",
      help: "check the path",
    });
  }
  if (!status.isDirectory()) {
    refuseParquet(path);
    return path;
  }
  const usualOne = usualTable(path, usual);
  if (usualOne !== undefined) return usualOne;
  const named = readdirSync(path)
    .filter((name) => TABLE_ENDINGS.includes(extname(name).toLowerCase()))
    .toSorted();
  const { tables = [], objects = [] } = Object.groupBy(named, (name) =>
    isObjectFile(join(path, name)) ? "objects" : "tables",
  );
  const [only, ...others] = tables;
  if (only === undefined) {
    for (const name of readdirSync(path)) refuseParquet(join(path, name));
    return refuseMissing(path, usual, objects);
  }
  if (others.length === 0) return join(path, only);
  return refuse({
    code: "table-several",
    at: { file: path },
    message: `the folder holds several tables: ${tables.slice(0, 4).join(", ")}`,
    help: "name the file in place of the folder",
  });
}

function readTableText(file: string): string {
  return readDecodedFile(file, { limit: LARGEST, what: "a table" }).text;
}

function jsonLines(text: string, file: string): unknown[] {
  return text
    .split(/\r\n|\r|\n/)
    .flatMap((line, i) => (line.trim() === "" ? [] : [parseJson(line, file, `line ${i + 1}`)]));
}

function delimited(text: string, file: string, separator: "," | "\t"): Record<string, string>[] {
  // Spreadsheets of some countries write semicolons.
  const used = separator === "," && /^[^\n,]*;/.test(text) ? ";" : separator;
  try {
    const [names = [], ...rows] = parseDelimited(text, used);
    return rows.map((cells) => Object.fromEntries(names.map((name, i) => [name.trim(), cells[i] ?? ""])));
  } catch (error) {
    if (!(error instanceof UnclosedQuote)) throw error;
    return refuse({
      code: "table-damaged",
      at: { file, part: `row ${error.row}` },
      message: "this row has a quote that does not close",
      help: "double each quote inside a cell",
    });
  }
}

function parseJson(text: string, file: string, part: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse({
      code: "table-damaged",
      at: { file, part },
      message: "this is not JSON",
      help: "write one object a line, each with its prompt and its images",
    });
  }
}

function refuseShape(file: string, row?: number): never {
  refuse({
    code: "table-damaged",
    at: { file, ...(row === undefined ? {} : { part: `row ${row}` }) },
    message: row === undefined ? "this is no list of rows" : "this row is no object",
    help: 'write rows such as {"prompt": "a cat", "better": "1.png", "worse": "2.png"}',
  });
}

/** Tables are read whole, and those of this format hold the images themselves. @throws Refusal for one, with the way out */
export function refuseParquet(file: string): void {
  if (extname(file).toLowerCase() !== ".parquet") return;
  refuse({
    code: "table-parquet",
    at: { file },
    message: "a table in Parquet is not learned from as it is",
    help: "import it once, and name the folder that this makes",
    command: importCommand(file),
    action: "import pairs",
  });
}

/** @param out the folder that it makes; absent: one beside the table, called as that */
export function importCommand(file: string, out = file.slice(0, -extname(file).length)): string {
  return `reneg pairs import "${file}" --out "${out}"`;
}

/** @param objects files that end as tables do, and hold no rows */
function refuseMissing(path: string, usual: string, objects: readonly string[] = []): never {
  const [first] = objects;
  refuse({
    code: "table-missing",
    at: { file: path },
    message: `no table lies here (${basename(path)})${first === undefined ? "" : `: ${first} is no list of rows`}`,
    help: `put ${usual}.jsonl or ${usual}.csv into the folder; docs/rewards.md says what stands in it`,
  });
}
