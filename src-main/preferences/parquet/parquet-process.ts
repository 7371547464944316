// A process that reads row groups of a Parquet file. A file can lie about itself in more ways than can be checked ahead, so whoever
// starts it gives it a heap and a time, and ends it past them. A thread would take its process with it where the heap is spent.

import { fstatSync, openSync, readSync } from "node:fs";
import {
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type AsyncBuffer,
  type FileMetaData,
  type SchemaTree,
} from "hyparquet";
import { boundedCodecs, openBudget, type Spend } from "./bounded-reading.ts";
import { checkPages } from "./check-pages.ts";
import type { ParquetAnswer, ParquetFacts, ParquetRow } from "./parquet-messages.ts";

/** Rows of one group: PyArrow writes 2²⁰ where it is not told otherwise. */
const MOST_ROWS = 2 ** 21;

const [path = ""] = process.argv.slice(2);

interface Opened {
  readonly descriptor: number;
  /** In bytes. */
  readonly size: number;
  readonly metadata: FileMetaData;
}

let opened: Opened | undefined;

process.on("message", (group: number) => void answer(() => readGroup(group)));
// Whoever asked is gone.
process.on("disconnect", () => process.exit());
void answer(readFacts);

async function answer<Told>(tell: () => Promise<Told>): Promise<void> {
  let said: ParquetAnswer<Told>;
  try {
    said = { told: await tell() };
  } catch (error) {
    said = { fault: error instanceof Error ? error.message : String(error) };
  }
  // Without a parent that asks on, the facts are all that is wanted.
  if (process.send === undefined) process.stdout.write(JSON.stringify(said));
  else process.send(said);
}

async function readFacts(): Promise<ParquetFacts> {
  const descriptor = openSync(path, "r");
  const { size } = fstatSync(descriptor);
  if (size < 12) throw new Error("it is too short to be one");
  const metadata = await parquetMetadataAsync(bytesOf({ descriptor, size }), { geoparquet: false });
  opened = { descriptor, size, metadata };
  const columns = parquetSchema(metadata).children;
  return {
    columns: columns.map(({ element }) => element.name),
    bytes: columns.filter(holdsBytes).map(({ element }) => element.name),
    groups: metadata.row_groups.map(({ num_rows }) => Number(num_rows)),
  };
}

async function readGroup(group: number): Promise<readonly ParquetRow[]> {
  const file = opened;
  if (file === undefined) throw new Error("the file is not open");
  const { size, metadata } = file;
  const rows = Number(metadata.row_groups[group]?.num_rows);
  if (!(rows >= 0 && rows <= MOST_ROWS)) {
    throw new Error(`row group ${group + 1} has ${rows} rows, and ${MOST_ROWS} are read at once`);
  }
  const spend = openBudget(size);
  checkPages(metadata, group, { size, spend, read: (from, to) => readBytes(file, from, to) });
  const start = metadata.row_groups.slice(0, group).reduce((sum, { num_rows }) => sum + Number(num_rows), 0);
  const read = await parquetReadObjects({
    file: bytesOf(file),
    metadata,
    rowStart: start,
    rowEnd: start + rows,
    compressors: boundedCodecs(spend),
    // Bytes that are not declared as text stay bytes: images are.
    utf8: false,
    geoparquet: false,
  });
  if (read.length !== rows) throw new Error(`row group ${group + 1} says ${rows} rows and holds ${read.length}`);
  const plain = sendable(spend);
  return read.map((row) => plain(row) as ParquetRow);
}

/** No part of the file is read twice for one answer, whatever columns claim to lie where. */
function bytesOf(file: Omit<Opened, "metadata">): AsyncBuffer {
  const { size } = file;
  let left = size + 2 ** 20;
  return {
    byteLength: size,
    slice(start, end = size) {
      left -= end - start;
      if (!(start >= 0 && end >= start && end <= size)) throw new Error("it ends before its data does");
      if (left < 0) throw new Error("several of its columns claim the same bytes");
      return readBytes(file, start, end);
    },
  };
}

function readBytes({ descriptor }: Pick<Opened, "descriptor">, start: number, end: number): ArrayBuffer {
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length;) {
    const count = readSync(descriptor, bytes, at, bytes.length - at, start + at);
    if (count === 0) throw new Error("it ends before its data does");
    at += count;
  }
  return bytes.buffer;
}

/** Not declared as text: as images are kept, alone or beside a path. */
function holdsBytes({ element, children }: SchemaTree): boolean {
  if (children.length > 0) return children.some(holdsBytes);
  const { type, converted_type: text, logical_type: told } = element;
  return type === "BYTE_ARRAY" && text === undefined && told === undefined;
}

/** Values as JSON and messages have them; bytes that a dictionary holds once are sent once. */
function sendable(spend: Spend): (value: unknown) => unknown {
  const copies = new Map<Uint8Array, Uint8Array>();
  const plain = (value: unknown): unknown => {
    if (typeof value === "bigint") return Number(value);
    if (typeof value === "string") {
      spend(value.length);
      return value;
    }
    if (value instanceof Date) return value.toJSON();
    if (value instanceof Uint8Array) {
      const copy = copies.get(value) ?? copyOf(value);
      copies.set(value, copy);
      return copy;
    }
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  };
  const copyOf = (value: Uint8Array): Uint8Array => {
    spend(value.length);
    return value.slice();
  };
  return plain;
}
