import { expect, test } from "vitest";
import { bytesOfFloats, floatsOfBytes, pack, unpack } from "./pack.ts";

const FLOATS = Float32Array.of(1, -0, Number.MIN_VALUE, 3.5);

test("what is packed comes out to the bit, wherever in a buffer it lies", () => {
  const packed = pack({
    json: { a: [1] },
    parts: new Map([
      ["odd", Uint8Array.of(1, 2, 3)],
      ["floats", bytesOfFloats(FLOATS)],
    ]),
  });
  for (const offset of [0, 1, 3]) {
    const buffer = Buffer.alloc(packed.length + offset);
    buffer.set(packed, offset);
    const { json, parts } = unpack(buffer.subarray(offset));
    expect(json).toEqual({ a: [1] });
    expect([...(parts.get("odd") ?? [])]).toEqual([1, 2, 3]);
    expect(floatsOfBytes(parts.get("floats") ?? new Uint8Array())).toEqual(FLOATS);
  }
});

test("bytes that are cut off or of something else are refused", () => {
  const packed = pack({ json: null, parts: new Map([["a", Uint8Array.of(1, 2, 3)]]) });
  for (const length of [0, 3, 10, packed.length - 8])
    expect(() => unpack(packed.subarray(0, length))).toThrow(/cut off/);
  expect(() => unpack(Uint8Array.of(2, 0, 0, 0, 91, 93))).toThrow(/expected object/);
  expect(() => floatsOfBytes(Uint8Array.of(1, 2, 3))).toThrow(/no floats/);
});
