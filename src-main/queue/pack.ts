// Several byte arrays and some JSON as one, as it goes through the queue: a number of 4 bytes, so many bytes of JSON, and the arrays.

import { z } from "zod";

export interface Packed {
  readonly json: unknown;
  readonly parts: ReadonlyMap<string, Uint8Array>;
}

const LENGTH_BYTES = 4;
/** So that arrays of floats lie where they may be read. */
const ALIGNED_TO = 8;

const header = z.object({ json: z.unknown(), parts: z.array(z.tuple([z.string(), z.int().nonnegative()])) });

export function pack({ json, parts }: Packed): Uint8Array {
  const text = Buffer.from(JSON.stringify({ json, parts: [...parts].map(([name, { length }]) => [name, length]) }));
  const begin = aligned(LENGTH_BYTES + text.length);
  const sizes = [...parts.values()].map(({ length }) => aligned(length));
  const bytes = new Uint8Array(begin + sizes.reduce((sum, size) => sum + size, 0));
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, LENGTH_BYTES);
  let offset = begin;
  for (const [i, part] of [...parts.values()].entries()) {
    bytes.set(part, offset);
    offset += sizes[i] ?? 0;
  }
  return bytes;
}

/** @throws Error for what `pack` has not made: whoever reads it says whose it is */
export function unpack(bytes: Uint8Array): Packed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < LENGTH_BYTES ? Infinity : view.getUint32(0, true);
  if (length > bytes.length - LENGTH_BYTES) throw new Error("it is cut off");
  const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
  const { json, parts } = header.parse(JSON.parse(text));
  let offset = aligned(LENGTH_BYTES + length);
  const found = parts.map(([name, size]): [string, Uint8Array] => {
    if (offset + size > bytes.length) throw new Error("it is cut off");
    const part = bytes.subarray(offset, offset + size);
    offset += aligned(size);
    return [name, part];
  });
  return { json, parts: new Map(found) };
}

export function bytesOfFloats({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** @throws Error if they do not come in fours */
export function floatsOfBytes(bytes: Uint8Array): Float32Array {
  if (bytes.byteLength % Float32Array.BYTES_PER_ELEMENT !== 0) throw new Error("these bytes are no floats");
  // Copied, since they may begin where floats may not; a Buffer's own `slice` copies nothing.
  return new Float32Array(new Uint8Array(bytes).buffer);
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNED_TO) * ALIGNED_TO;
}
