// Weights from nothing but a tensor's name, shape and seed, so that none need to be committed. Twin of oracle/weights.py, bit for bit.

import { type Shape, type Tensor, elementCount } from "../../src-main/common/tensor.ts";

/** The tensor of that name: float32, or int64 for the stored position ids of older text encoders. */
export function generateWeight(name: string, shape: Shape, seed: number): Tensor {
  const count = elementCount(shape);
  if (name.endsWith("position_ids")) {
    return { dtype: "int64", shape, data: BigInt64Array.from({ length: count }, (_, index) => BigInt(index)) };
  }
  const { offset, scale } = offsetAndScale(name, shape);
  const key = hashBytes(new TextEncoder().encode(name)) ^ seed;
  const data = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    // Product and sum are rounded to float32 one after the other, as numpy does.
    data[index] = offset + Math.fround(scale * uniform(index, key));
  }
  return { dtype: "float32", shape, data };
}

/** FNV-1a, 32 bits. */
export function hashBytes(bytes: Uint8Array): number {
  let value = 0x811c9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

/** A tensor is offset + scale·u. What it is shows in its name and rank. */
function offsetAndScale(name: string, shape: Shape): { readonly offset: number; readonly scale: number } {
  const { offset, scale } = exactOffsetAndScale(name, shape);
  return { offset: Math.fround(offset), scale: Math.fround(scale) };
}

function exactOffsetAndScale(name: string, shape: Shape): { readonly offset: number; readonly scale: number } {
  // ln(1 / 0.07), CLIP's own start.
  if (name.endsWith("logit_scale")) return { offset: 2.6592, scale: 0 };
  if (/(\.|in_proj_)bias$/.test(name)) return { offset: 0, scale: 0.05 };
  const isTable = name.endsWith("_embedding.weight") && shape.length === 2;
  if (isTable || /(class_embedding|positional_embedding|cls_token|pos_embed)$/.test(name))
    return { offset: 0, scale: 0.5 };
  // The gain of a norm.
  if (shape.length === 1) return { offset: 1, scale: 0.1 };
  // Variance 1/fan_in: u has variance 1/3.
  return { offset: 0, scale: Math.sqrt(3 / elementCount(shape.slice(1))) };
}

/** A number in [-1, 1): the upper 24 bits of a hash of the index, so that it is an exact float32. */
function uniform(index: number, key: number): number {
  const bits = finalise(finalise(index) ^ key);
  return ((bits >>> 8) - 2 ** 23) / 2 ** 23;
}

/** The finaliser of MurmurHash3 (Appleby, public domain) after an odd offset. */
function finalise(value: number): number {
  const start = (value + 0x9e3779b9) | 0;
  const middle = Math.imul(start ^ (start >>> 16), 0x85ebca6b);
  const end = Math.imul(middle ^ (middle >>> 13), 0xc2b2ae35);
  return end ^ (end >>> 16);
}
