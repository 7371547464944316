// Text inside PNG files: the chunks tEXt, zTXt and iTXt of the PNG specification (third edition, §11.3.3).

import { crc32, inflateSync } from "node:zlib";
import { refuse } from "../common/diagnostic.ts";
import { CHUNK_HEAD_BYTES, CHUNK_TAIL_BYTES, isPng, PNG_SIGNATURE, pngChunk } from "./png-chunk.ts";

/** By keyword: 1–79 characters of Latin-1. */
export type PngText = Readonly<Record<string, string>>;

/** Of all texts of one file together; a workflow with its history stays far below. */
const MAX_TEXT_BYTES = 8 * 2 ** 20;

/** The header chunk is always first and always 13 bytes long. */
const END_OF_HEADER = PNG_SIGNATURE.length + CHUNK_HEAD_BYTES + 13 + CHUNK_TAIL_BYTES;

/** The same PNG with these texts added before its pixels: as tEXt where Latin-1 suffices, otherwise as iTXt in UTF-8. */
export function addPngText(png: Uint8Array, text: PngText): Uint8Array {
  if (!isPng(png) || png.length < END_OF_HEADER) throw new Error("text can only be added to a whole PNG file");
  const chunks = Object.entries(text).map(([keyword, value]) => textChunk(keyword, value));
  const byteCount = chunks.reduce((sum, { length }) => sum + length, 0);
  if (byteCount > MAX_TEXT_BYTES) throw new Error(`${byteCount} bytes of text are more than a PNG may carry here`);
  return Buffer.concat([png.subarray(0, END_OF_HEADER), ...chunks, png.subarray(END_OF_HEADER)]);
}

/**
 * All texts of a PNG. `file` is its name, for diagnostics.
 * Refused: what is not a PNG, chunks that are cut off or fail their checksum, and more text than `MAX_TEXT_BYTES`.
 */
export function readPngText(png: Uint8Array, file: string): PngText {
  if (!isPng(png)) {
    refuse({ code: "not-a-png", at: { file }, message: "this file is not a PNG", help: "choose a .png file" });
  }
  const entries: [string, string][] = [];
  let roomLeft = MAX_TEXT_BYTES;
  for (const chunk of textChunks(png, file)) {
    const [keyword, value] = parseText(chunk, roomLeft) ?? refuseDamage(file, `the chunk ${chunk.type} cannot be read`);
    roomLeft -= Buffer.byteLength(value);
    if (roomLeft < 0) refuseDamage(file, `its texts exceed ${MAX_TEXT_BYTES} bytes`);
    entries.push([keyword, value]);
  }
  return Object.fromEntries(entries);
}

interface Chunk {
  readonly type: "tEXt" | "zTXt" | "iTXt";
  readonly data: Buffer;
}

function* textChunks(png: Uint8Array, file: string): Generator<Chunk> {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  let start = PNG_SIGNATURE.length;
  while (start < bytes.length) {
    if (start + CHUNK_HEAD_BYTES > bytes.length) refuseDamage(file, "its last chunk is cut off");
    const length = bytes.readUInt32BE(start);
    const type = bytes.toString("latin1", start + 4, start + CHUNK_HEAD_BYTES);
    const end = start + CHUNK_HEAD_BYTES + length;
    if (end + CHUNK_TAIL_BYTES > bytes.length) refuseDamage(file, `the chunk ${type} is cut off`);
    if (type === "IEND") return;
    if (type === "tEXt" || type === "zTXt" || type === "iTXt") {
      if (crc32(bytes.subarray(start + 4, end)) !== bytes.readUInt32BE(end)) {
        refuseDamage(file, `the chunk ${type} fails its checksum`);
      }
      yield { type, data: bytes.subarray(start + CHUNK_HEAD_BYTES, end) };
    }
    start = end + CHUNK_TAIL_BYTES;
  }
}

/** Keyword and text, or undefined where the chunk is malformed. Layouts: PNG specification, §11.3.3.2–4. */
function parseText({ type, data }: Chunk, maxBytes: number): [string, string] | undefined {
  const [keyword, afterKeyword] = untilZero(data);
  if (keyword === undefined) return undefined;
  if (type === "tEXt") return [keyword.toString("latin1"), afterKeyword.toString("latin1")];
  if (type === "zTXt") {
    const text = inflate(afterKeyword.subarray(1), maxBytes);
    return text && [keyword.toString("latin1"), text.toString("latin1")];
  }
  const isCompressed = afterKeyword[0] === 1;
  const [language, afterLanguage] = untilZero(afterKeyword.subarray(2));
  const [translated, rest] = untilZero(afterLanguage);
  if (language === undefined || translated === undefined) return undefined;
  const text = isCompressed ? inflate(rest, maxBytes) : rest;
  return text && [keyword.toString("latin1"), text.toString("utf8")];
}

/** What stands before the first zero byte, and after it. */
function untilZero(bytes: Buffer): [Buffer | undefined, Buffer] {
  const end = bytes.indexOf(0);
  return end === -1 ? [undefined, bytes] : [bytes.subarray(0, end), bytes.subarray(end + 1)];
}

function inflate(bytes: Buffer, maxOutputLength: number): Buffer | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength });
  } catch (error) {
    // zlib reports damaged data and too much of it as errors with a code; anything else is a bug.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function textChunk(keyword: string, value: string): Buffer {
  if (!/^[\x21-\x7e\xa1-\xff]([\x20-\x7e\xa1-\xff]{0,77}[\x21-\x7e\xa1-\xff])?$/.test(keyword)) {
    throw new Error(`"${keyword}" cannot be a keyword: 1–79 printable characters of Latin-1, no space at either end`);
  }
  const isLatin1 = /^[\n\x20-\x7e\xa0-\xff]*$/.test(value);
  // iTXt: keyword, 0, not compressed, method 0, no language, 0, no translated keyword, 0, text.
  const data = isLatin1
    ? Buffer.from(`${keyword}\0${value}`, "latin1")
    : Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, "latin1"), Buffer.from(value, "utf8")]);
  return pngChunk(isLatin1 ? "tEXt" : "iTXt", data);
}

function refuseDamage(file: string, why: string): never {
  refuse({
    code: "png-damaged",
    at: { file },
    message: `the text in this PNG is damaged: ${why}`,
    help: "use the original file, or write it again",
  });
}
