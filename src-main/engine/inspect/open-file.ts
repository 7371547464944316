// As much of a file as tells what it is: its first bytes, and its text if it is one.

import { decodeText } from "../../common/decode-text.ts";
import { readRange, withOpenFile } from "../../weights/byte-range.ts";
import { RECOGNISED_BYTES } from "../../weights/foreign-file.ts";
import type { File } from "./kind.ts";

/** Longer texts are no documents that anyone wrote for this program. */
const LONGEST_TEXT = 32 * 2 ** 20;

/** @throws Refusal if it cannot be read */
export function openFile(path: string, size: number): File {
  const head = withOpenFile(path, (opened) => readRange(opened, 0, Math.min(opened.size, RECOGNISED_BYTES)));
  const text = size > LONGEST_TEXT ? null : readText(path);
  return { path, size, head, text, json: text === null ? undefined : parseJson(text) };
}

function readText(path: string): string | null {
  const decoded = decodeText(withOpenFile(path, (opened) => readRange(opened, 0, opened.size)));
  return typeof decoded === "string" ? null : decoded.text;
}

function parseJson(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
