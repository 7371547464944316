// What reading one row group of a Parquet file may cost: bytes of the file, and what is unpacked from them.

import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { snappyUncompress, type Compressors } from "hyparquet";

/** Bytes that any file may unpack to, however small it is: texts that repeat themselves are packed by far more than images. */
const FREE = 64 * 2 ** 20;
/** Bytes that each byte of the file may unpack to beyond that. */
const RATIO = 32;

/** Counts what was unpacked. @throws Error past the limit, before it is allocated */
export type Spend = (bytes: number) => void;

/** @param size of the file, in bytes */
export function openBudget(size: number): Spend {
  let left = FREE + RATIO * size;
  return (bytes) => {
    left -= bytes;
    if (!(bytes >= 0 && left >= 0)) {
      throw new Error(
        `it unpacks to more than ${Math.round((FREE + RATIO * size) / 2 ** 20)} MiB, which its size does not account for`,
      );
    }
  };
}

/** Of those that writers of Parquet use, all that Node reads. hyparquet knows none but Snappy, and allocates whatever a page claims. */
export function boundedCodecs(spend: Spend): Compressors {
  const bounded =
    (unpack: (input: Uint8Array, length: number) => Uint8Array) =>
    (input: Uint8Array, length: number): Uint8Array => {
      spend(length);
      return unpack(input, length);
    };
  return {
    SNAPPY: bounded((input, length) => {
      const output = new Uint8Array(length);
      snappyUncompress(input, output);
      return output;
    }),
    // Zlib takes no limit of 0.
    GZIP: bounded((input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) })),
    BROTLI: bounded((input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) })),
    ZSTD: bounded((input, length) => zstdDecompressSync(input, { maxOutputLength: Math.max(1, length) })),
  };
}
