// What the pages of a row group claim to hold, looked at before they are read: hyparquet makes room for as many values as a page claims, and
// a page of some bytes may claim any number.

import { type FileMetaData, parquetSchema } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { getMaxRepetitionLevel, getTreePath } from "hyparquet/src/schema.js";
import type { Spend } from "./bounded-reading.ts";

/** Bytes of a value's place in a list, whatever the value. */
const PLACE = 8;
/** Bytes that are read at once, and within which a header mostly lies. Texts of statistics may make one longer. */
const WINDOW = 2 ** 16;
const USUAL_HEADER = 2 ** 10;
const LONGEST_HEADER = 2 ** 24;

interface CheckOptions {
  /** Of the file, in bytes. */
  readonly size: number;
  /** Bytes of the file. @param end of what is there */
  readonly read: (start: number, end: number) => ArrayBuffer;
  readonly spend: Spend;
}

/** @throws Error for pages of more values than the group's rows, or for lists the file's size, account for */
export function checkPages(metadata: FileMetaData, group: number, { size, read, spend }: CheckOptions): void {
  const { num_rows = 0n, columns = [] } = metadata.row_groups[group] ?? {};
  const rows = Number(num_rows);
  const schema = parquetSchema(metadata);
  const chunks = columns.flatMap(({ meta_data: told }) => (told === undefined ? [] : [told]));
  const claimed = chunks.reduce((sum, { total_compressed_size: length }) => sum + Number(length), 0);
  if (!(claimed <= size)) throw new Error("several of its columns claim the same bytes");
  for (const { path_in_schema: path, dictionary_page_offset, data_page_offset, total_compressed_size } of chunks) {
    const start = Number(dictionary_page_offset || data_page_offset);
    const end = start + Number(total_compressed_size);
    if (!(start >= 0 && end >= start && end <= size)) throw new Error("it ends before its data does");
    const isList = getMaxRepetitionLevel(getTreePath(schema, path)) > 0;
    let values = 0;
    for (const { count, isDictionary } of pagesIn(start, end, read)) {
      if (isList || isDictionary) spend(PLACE * count);
      else values += count;
      if (values > rows) {
        throw new Error(`row group ${group + 1} has ${rows} rows, and the column ${path.join(".")} claims ${values}`);
      }
      // What follows the last page that is needed is never read.
      if (!isList && values === rows) break;
    }
  }
}

interface Page {
  /** Values that it claims to hold. */
  readonly count: number;
  readonly isDictionary: boolean;
}

function* pagesIn(start: number, end: number, read: CheckOptions["read"]): Generator<Page> {
  let window = { start, bytes: new ArrayBuffer(0) };
  /** From a place on, `length` bytes or all that are left. */
  const viewAt = (at: number, length: number): DataView => {
    const offset = at - window.start;
    if (offset + Math.min(length, end - at) > window.bytes.byteLength) {
      window = { start: at, bytes: read(at, Math.min(end, at + Math.max(WINDOW, length))) };
      return new DataView(window.bytes);
    }
    return new DataView(window.bytes, offset);
  };
  // As hyparquet reads on: a last byte is none of a page.
  for (let at = start; at < end - 1;) {
    const { header, length } = headerIn((bytes) => viewAt(at, bytes), end - at);
    const { data_page_header: first, data_page_header_v2: second, dictionary_page_header: dictionary } = header;
    const count = (first ?? second ?? dictionary)?.num_values ?? 0;
    const packed = header.compressed_page_size;
    if (!(count >= 0 && packed >= 0)) throw new Error("a page of it says less than nothing of its size");
    yield { count, isDictionary: header.type === "DICTIONARY_PAGE" };
    at += length + packed;
  }
}

function headerIn(viewOf: (bytes: number) => DataView, left: number) {
  for (let bytes = USUAL_HEADER; ; bytes *= 16) {
    const reader = { view: viewOf(bytes), offset: 0 };
    try {
      const header = parquetHeader(reader);
      return { header, length: reader.offset };
    } catch (error) {
      // It is damaged, or goes on beyond what was read.
      if (bytes >= Math.min(left, LONGEST_HEADER)) throw error;
    }
  }
}
