// Half-precision numbers of weight files (IEEE binary16 and bfloat16) to and from float32, rounding to nearest, ties to even.

/** Every binary16 bit pattern as the float32 of the same value: exact, since float32 contains binary16. */
export function float16ToFloat32(bits: Uint16Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  return new Float32Array(new Float16Array(bits.buffer, bits.byteOffset, bits.length));
}

/** Beyond 65504 the result is an infinity; halfway cases go to the even neighbour. */
export function float32ToFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  return new Uint16Array(new Float16Array(values).buffer);
}

/** A bfloat16 is the upper half of a float32, so widening only moves bits. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint32Array.from(bits, (pattern) => pattern << 16).buffer);
}

export function float32ToBfloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(patterns, roundToUpperHalf);
}

function roundToUpperHalf(pattern: number): number {
  const isNaN = (pattern & 0x7fffffff) > 0x7f800000;
  // Rounding could carry a NaN into an infinity: keep its sign and set the quiet bit instead.
  if (isNaN) return (pattern >>> 16) | 0x0040;
  const lastKeptBit = (pattern >>> 16) & 1;
  return (pattern + 0x7fff + lastKeptBit) >>> 16;
}
