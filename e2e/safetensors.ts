// As much of the safetensors format as a test needs: 8 bytes of header length, a JSON header, then the numbers.

import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

const BYTES = 4; // of a float32

export interface ConstantTensor {
  readonly shape: readonly number[];
  /** Every element. */
  readonly value: number;
}

export function writeFloats(file: string, tensors: Readonly<Record<string, ConstantTensor>>): void {
  let end = 0;
  const parts: Buffer[] = [];
  const header: Record<string, object> = {};
  for (const [name, { shape, value }] of Object.entries(tensors)) {
    const data = new Float32Array(shape.reduce((count, size) => count * size, 1)).fill(value);
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + BYTES * data.length] };
    end += BYTES * data.length;
    parts.push(Buffer.from(data.buffer));
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(file, Buffer.concat([length, json, ...parts]));
}

export function readShapes(file: string): Record<string, number[]> {
  return Object.fromEntries(Object.entries(readHeader(file).tensors).map(([name, { shape }]) => [name, shape]));
}

/** All tensors, which must be float32. */
export function readFloats(file: string): Record<string, number[]> {
  const { tensors, data } = readHeader(file);
  const entries = Object.entries(tensors).map(
    ([
      name,
      {
        data_offsets: [begin, end],
      },
    ]) => {
      // A copy, since a Float32Array must begin at a multiple of its element.
      const bytes = new Uint8Array(data.subarray(begin, end));
      return [name, [...new Float32Array(bytes.buffer)]];
    },
  );
  return Object.fromEntries(entries);
}

const entry = z.object({ shape: z.array(z.int()), data_offsets: z.tuple([z.int(), z.int()]) });

function readHeader(file: string) {
  const bytes = readFileSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const json: unknown = JSON.parse(bytes.subarray(8, start).toString());
  const { __metadata__: _, ...tensors } = z.record(z.string(), z.looseObject({})).parse(json);
  return { tensors: z.record(z.string(), entry).parse(tensors), data: bytes.subarray(start) };
}
