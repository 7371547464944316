// What a dropped file is likely to be, by its name: all that a browser tells before the program has seen it.

export type DroppedKind = "weights" | "list" | "table" | "document";

const WEIGHTS = /\.(safetensors|ckpt|pt|pth|bin)$/i;
const LIST = /\.(txt|csv|tsv|jsonl)$/i;
const TABLE = /\.parquet$/i;

export function droppedKind(name: string): DroppedKind {
  if (WEIGHTS.test(name)) return "weights";
  if (TABLE.test(name)) return "table";
  return LIST.test(name) ? "list" : "document";
}

/** A file that is as large lies better where it is than copied. */
export const LARGEST_COPY_BYTES = 64e6;
