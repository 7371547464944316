// Numbers as the little-endian bytes of an element type, and back.

import { BYTES_PER_ELEMENT, type DataType } from "../../common/tensor.ts";

type Access = {
  readonly get: (view: DataView, at: number) => number;
  readonly set: (view: DataView, at: number, n: number) => void;
};

const access: Readonly<Partial<Record<DataType, Access>>> = {
  float64: { get: (v, at) => v.getFloat64(at, true), set: (v, at, n) => v.setFloat64(at, n, true) },
  float32: { get: (v, at) => v.getFloat32(at, true), set: (v, at, n) => v.setFloat32(at, n, true) },
  int64: { get: (v, at) => Number(v.getBigInt64(at, true)), set: (v, at, n) => v.setBigInt64(at, BigInt(n), true) },
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
  const { set } = accessOf(dtype);
  for (const [i, n] of numbers.entries()) set(view, i * size, n);
  return bytes;
}

export function unpackNumbers(dtype: DataType, bytes: Uint8Array): Float64Array {
  const size = BYTES_PER_ELEMENT[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { get } = accessOf(dtype);
  return new Float64Array(Math.floor(bytes.length / size)).map((_, i) => get(view, i * size));
}

function accessOf(dtype: DataType): Access {
  const found = access[dtype];
  if (found === undefined) throw new Error(`${dtype} constants are not folded into a model: keep them as weights`);
  return found;
}
