// Numbers as the little-endian bytes of an element type, and back.

import { BYTES_PER_ELEMENT, type DataType } from "../../common/tensor.ts";

type Access = {
  readonly get: (view: DataView, at: number) => number;
  readonly set: (view: DataView, at: number, n: number) => void;
};

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

const access: { readonly [D in DataType]: Access } = {
  float64: { get: (v, at) => v.getFloat64(at, true), set: (v, at, n) => v.setFloat64(at, n, true) },
  float32: { get: (v, at) => v.getFloat32(at, true), set: (v, at, n) => v.setFloat32(at, n, true) },
  float16: { get: (v, at) => v.getFloat16(at, true), set: (v, at, n) => v.setFloat16(at, n, true) },
  bfloat16: {
    get: (v, at) => fromBrainFloat(v.getUint16(at, true)),
    set: (v, at, n) => v.setUint16(at, toBrainFloat(n), true),
  },
  // ONNX writes "to the end" as the largest int64, which is no double.
  int64: { get: (v, at) => Number(v.getBigInt64(at, true)), set: (v, at, n) => v.setBigInt64(at, toInt64(n), true) },
  int32: { get: (v, at) => v.getInt32(at, true), set: (v, at, n) => v.setInt32(at, n, true) },
  int16: { get: (v, at) => v.getInt16(at, true), set: (v, at, n) => v.setInt16(at, n, true) },
  int8: { get: (v, at) => v.getInt8(at), set: (v, at, n) => v.setInt8(at, n) },
  uint8: { get: (v, at) => v.getUint8(at), set: (v, at, n) => v.setUint8(at, n) },
  bool: { get: (v, at) => v.getUint8(at), set: (v, at, n) => v.setUint8(at, n) },
};

export function packNumbers(dtype: DataType, numbers: Float64Array): Uint8Array<ArrayBuffer> {
  const size = BYTES_PER_ELEMENT[dtype];
  const bytes = new Uint8Array(numbers.length * size);
  const view = new DataView(bytes.buffer);
  const { set } = access[dtype];
  for (const [i, n] of numbers.entries()) set(view, i * size, n);
  return bytes;
}

/** Bytes beyond the last whole element are not read. */
export function unpackNumbers(dtype: DataType, bytes: Uint8Array): Float64Array {
  const size = BYTES_PER_ELEMENT[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { get } = access[dtype];
  return new Float64Array(Math.floor(bytes.length / size)).map((_, i) => get(view, i * size));
}

function toInt64(n: number): bigint {
  if (n >= 2 ** 63) return INT64_MAX;
  return n <= -(2 ** 63) ? INT64_MIN : BigInt(n);
}

/** A bfloat16 is the upper half of a float32. */
function fromBrainFloat(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0] ?? NaN;
}

/** To the nearest, ties to even: 0x7fff and the lowest bit that stays carry into the upper half. */
function toBrainFloat(n: number): number {
  if (Number.isNaN(n)) return 0x7fc0;
  const bits = new Uint32Array(Float32Array.of(n).buffer)[0] ?? 0;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}
