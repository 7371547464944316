// A zip archive whose parts are stored as they are, each at a multiple of 64 bytes, as PyTorch lays out its files.

import { crc32 } from "node:zlib";

export interface ZipPart {
  /** ASCII. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** The bytes of the archive in chunks. Without zip64: for less than 4 GiB. */
export function zipStored(parts: readonly ZipPart[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, content } of parts) {
    const label = Buffer.from(name, "latin1");
    const extra = padding(offset + LOCAL_SIZE + label.length);
    const common = commonFields(label.length, extra.length, content);
    chunks.push(Buffer.concat([signature("PK\x03\x04"), common, label, extra]), content);
    directory.push(directoryEntry(common, label, offset));
    offset += LOCAL_SIZE + label.length + extra.length + content.length;
  }
  const directorySize = directory.reduce((sum, entry) => sum + entry.length, 0);
  if (offset + directorySize >= 2 ** 32) throw new Error("an archive without zip64 cannot hold 4 GiB");
  return [...chunks, ...directory, endMark(parts.length, directorySize, offset)];
}

const LOCAL_SIZE = 30;
const ALIGNMENT = 64;
/** PyTorch's id for its padding. */
const PADDING_ID = 0x4246;

/** An extra field of at least its own 4 bytes, so that the data after it is aligned. */
function padding(start: number): Buffer {
  const length = ALIGNMENT - ((start + 4) % ALIGNMENT);
  const field = Buffer.alloc(4 + length, "Z");
  field.writeUInt16LE(PADDING_ID, 0);
  field.writeUInt16LE(length, 2);
  return field;
}

/** The fields that an entry and its mention in the directory share. */
function commonFields(nameLength: number, extraLength: number, content: Uint8Array): Buffer {
  const fields = Buffer.alloc(26);
  // Version 2.0, no flags, no compression.
  fields.writeUInt16LE(20, 0);
  // 1 January 1980, the first day that zip knows: the same content gives the same bytes.
  fields.writeUInt16LE(0x0021, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(nameLength, 22);
  fields.writeUInt16LE(extraLength, 24);
  return fields;
}

function directoryEntry(common: Buffer, label: Buffer, offset: number): Buffer {
  const shared = Buffer.from(common);
  // The padding is of the entry alone.
  shared.writeUInt16LE(0, 24);
  const madeBy = Buffer.from([20, 0]);
  // Comment length, disk, internal attributes (2 bytes each), external attributes (4), offset of the entry (4).
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([signature("PK\x01\x02"), madeBy, shared, rest, label]);
}

function endMark(count: number, directorySize: number, directoryOffset: number): Buffer {
  const fields = Buffer.alloc(18);
  fields.writeUInt16LE(count, 4);
  fields.writeUInt16LE(count, 6);
  fields.writeUInt32LE(directorySize, 8);
  fields.writeUInt32LE(directoryOffset, 12);
  return Buffer.concat([signature("PK\x05\x06"), fields]);
}

function signature(text: string): Buffer {
  return Buffer.from(text, "latin1");
}
