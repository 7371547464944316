// The table of contents of a zip archive, up to zip64 (APPNOTE 6.3.10), for archives whose entries are stored, not compressed.

import { refuse } from "../../common/diagnostic.ts";
import { type OpenFile, readRange } from "../byte-range.ts";

export interface ZipEntry {
  readonly name: string;
  /** Bytes, as they lie in the archive. */
  readonly length: number;
  readonly isStored: boolean;
  readonly isEncrypted: boolean;
  /** Where the header of the entry begins; its data come after. */
  readonly headerOffset: number;
}

export type ZipDirectory = ReadonlyMap<string, ZipEntry>;

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** By name. @throws Refusal if the directory is missing, damaged, or names an entry twice */
export function readZipDirectory(opened: OpenFile): ZipDirectory {
  const { offset, length, count } = findDirectory(opened);
  const bytes = readRange(opened, offset, length);
  const view = new DataView(bytes.buffer);
  const entries = new Map<string, ZipEntry>();
  let position = 0;
  while (position < length) {
    if (length - position < DIRECTORY_HEADER.size || view.getUint32(position, true) !== DIRECTORY_HEADER.signature) {
      refuseDamaged(opened, `the directory of the archive is broken at byte ${offset + position}`);
    }
    const next = position + DIRECTORY_HEADER.size + tailLength(view, position);
    if (next > length) refuseDamaged(opened, `the directory of the archive breaks off at byte ${offset + length}`);
    const entry = parseEntry(opened, view, position);
    if (entries.has(entry.name)) refuseDamaged(opened, `the archive holds two files called ${shorten(entry.name)}`);
    entries.set(entry.name, entry);
    position = next;
  }
  if (entries.size !== count) {
    refuseDamaged(opened, `the archive should hold ${count} files, but its directory lists ${entries.size}`);
  }
  return entries;
}

/** Where the data of an entry lie. @throws Refusal if they are compressed, encrypted, or not in the file */
export function locateData(opened: OpenFile, entry: ZipEntry): ByteRange {
  const at = { file: opened.file, part: shorten(entry.name) };
  if (entry.isEncrypted || !entry.isStored) {
    refuse({
      code: "zip-compressed",
      at,
      message: `this part of the archive is ${entry.isEncrypted ? "encrypted" : "compressed"}; PyTorch stores its parts as they are`,
      help: "another program has packed the file again: use the original, or load and save it with PyTorch",
    });
  }
  const { headerOffset, length } = entry;
  if (headerOffset + LOCAL_HEADER.size > opened.size) refuseDamaged(opened, "it begins after the end of the file", at);
  const view = new DataView(readRange(opened, headerOffset, LOCAL_HEADER.size).buffer);
  if (view.getUint32(0, true) !== LOCAL_HEADER.signature) {
    refuseDamaged(opened, `at byte ${headerOffset} its header is missing`, at);
  }
  const offset = headerOffset + LOCAL_HEADER.size + view.getUint16(26, true) + view.getUint16(28, true);
  if (offset + length > opened.size) {
    refuseDamaged(opened, `it ends at byte ${offset + length}, but the file ends at ${opened.size}`, at);
  }
  return { offset, length };
}

const LOCAL_HEADER = { signature: 0x04034b50, size: 30 };
const DIRECTORY_HEADER = { signature: 0x02014b50, size: 46 };
const END = { signature: 0x06054b50, size: 22 };
const END_64 = { signature: 0x06064b50, size: 56 };
const LOCATOR_64 = { signature: 0x07064b50, size: 20 };
const LONGEST_COMMENT = 0xffff;
/** In place of a 16- or 32-bit number: the true one stands in the zip64 part. */
const [ELSEWHERE_16, ELSEWHERE_32] = [0xffff, 0xffffffff];
/** Bytes. A checkpoint has a few thousand entries of about a hundred bytes each. */
const LARGEST_DIRECTORY = 16 * 2 ** 20;

interface DirectoryPlace extends ByteRange {
  readonly count: number;
}

function findDirectory(opened: OpenFile): DirectoryPlace {
  const tailSize = Math.min(opened.size, END.size + LONGEST_COMMENT);
  const tail = Buffer.from(readRange(opened, opened.size - tailSize, tailSize).buffer);
  const end = findEnd(tail);
  if (end === undefined) {
    return refuseDamaged(opened, "the archive has no directory at its end, so the file is incomplete");
  }
  const short = {
    count: tail.readUInt16LE(end + 10),
    length: tail.readUInt32LE(end + 12),
    offset: tail.readUInt32LE(end + 16),
  };
  const endOffset = opened.size - tailSize + end;
  const isLong = short.count === ELSEWHERE_16 || short.length === ELSEWHERE_32 || short.offset === ELSEWHERE_32;
  const place = (isLong ? readEnd64(opened, endOffset) : undefined) ?? short;
  if (place.offset + place.length > endOffset) {
    refuseDamaged(opened, `the directory should end at byte ${place.offset + place.length}, after its own end mark`);
  }
  if (place.length > LARGEST_DIRECTORY) {
    refuseDamaged(
      opened,
      `the directory should have ${place.length} bytes, more than the ${LARGEST_DIRECTORY} allowed`,
    );
  }
  return place;
}

/** The last end mark whose comment fills the rest of the file. */
function findEnd(tail: Buffer): number | undefined {
  for (let position = tail.length - END.size; position >= 0; position -= 1) {
    if (tail.readUInt32LE(position) !== END.signature) continue;
    if (position + END.size + tail.readUInt16LE(position + 20) === tail.length) return position;
  }
  return undefined;
}

function readEnd64(opened: OpenFile, endOffset: number): DirectoryPlace | undefined {
  const locatorOffset = endOffset - LOCATOR_64.size;
  if (locatorOffset < 0) return undefined;
  const locator = new DataView(readRange(opened, locatorOffset, LOCATOR_64.size).buffer);
  if (locator.getUint32(0, true) !== LOCATOR_64.signature) return undefined;
  const offset = Number(locator.getBigUint64(8, true));
  if (offset + END_64.size > locatorOffset) {
    return refuseDamaged(opened, `the zip64 end mark should be at byte ${offset}, after its own locator`);
  }
  const view = new DataView(readRange(opened, offset, END_64.size).buffer);
  if (view.getUint32(0, true) !== END_64.signature) {
    return refuseDamaged(opened, `at byte ${offset} the zip64 end mark is missing`);
  }
  return {
    count: Number(view.getBigUint64(32, true)),
    length: Number(view.getBigUint64(40, true)),
    offset: Number(view.getBigUint64(48, true)),
  };
}

/** Name, extra fields and comment after the fixed part. */
function tailLength(view: DataView, position: number): number {
  return (
    view.getUint16(position + 28, true) + view.getUint16(position + 30, true) + view.getUint16(position + 32, true)
  );
}

function parseEntry(opened: OpenFile, view: DataView, position: number): ZipEntry {
  const flags = view.getUint16(position + 8, true);
  const nameStart = position + DIRECTORY_HEADER.size;
  const nameLength = view.getUint16(position + 28, true);
  const name = Buffer.from(view.buffer, nameStart, nameLength).toString("utf8");
  const extraStart = nameStart + nameLength;
  const extraEnd = extraStart + view.getUint16(position + 30, true);
  const long = longFields(opened, view, extraStart, extraEnd);
  // The zip64 fields stand in this order, each only if the short one says that it is elsewhere.
  const next = (short: number): number => (short === ELSEWHERE_32 ? (long.shift() ?? short) : short);
  const unpacked = next(view.getUint32(position + 24, true));
  const length = next(view.getUint32(position + 20, true));
  const headerOffset = next(view.getUint32(position + 42, true));
  const isStored = view.getUint16(position + 10, true) === 0 && unpacked === length;
  return { name, length, isStored, isEncrypted: (flags & 1) === 1, headerOffset };
}

/** The numbers of the zip64 extra field, which has the id 1. */
function longFields(opened: OpenFile, view: DataView, start: number, end: number): number[] {
  for (let position = start; position + 4 <= end;) {
    const fieldEnd = position + 4 + view.getUint16(position + 2, true);
    if (fieldEnd > end) return refuseDamaged(opened, "an extra field in the archive's directory is too long");
    if (view.getUint16(position, true) === 1) {
      const numbers: number[] = [];
      for (let at = position + 4; at + 8 <= fieldEnd; at += 8) numbers.push(Number(view.getBigUint64(at, true)));
      return numbers;
    }
    position = fieldEnd;
  }
  return [];
}

function refuseDamaged(
  opened: OpenFile,
  message: string,
  at: { readonly file: string; readonly part?: string } = { file: opened.file },
): never {
  refuse({ code: "zip-damaged", at, message, help: "the file is incomplete or damaged: download it again" });
}

function shorten(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}
