// Makes and compares fingerprints of a text encoder's output for the empty text.

import { createHash } from "node:crypto";
import type { NullTextFingerprint } from "../common/null-text-fingerprint.ts";
import type { FloatTensor } from "../common/tensor.ts";
import { float16ToFloat32, float32ToFloat16 } from "../weights/half-float.ts";

/** Tokens that are kept, spread evenly from the first to the last. */
const PROBES = 8;

/** @param nullText the encoder's output for "": [1, tokens, width] or [tokens, width] */
export function fingerprintNullText({ shape, data }: FloatTensor): NullTextFingerprint {
  const width = shape.at(-1) ?? 0;
  const tokens = shape.at(-2) ?? 0;
  if (width === 0 || data.length !== tokens * width)
    throw new Error(`[${shape.join(", ")}] is not the output of one text`);
  const probes = Array.from({ length: PROBES }, (_, index) => {
    const token = Math.floor((index * (tokens - 1)) / (PROBES - 1));
    return [...data.subarray(token * width, (token + 1) * width)];
  });
  const bits = float32ToFloat16(Float32Array.from(probes.flat()));
  const thousandths = Int32Array.from(data, (value) => Math.round(value * 1000));
  return {
    hash: createHash("sha256").update(thousandths).digest("hex").slice(0, 16),
    probes: Buffer.from(bits.buffer).toString("base64"),
  };
}

/**
 * The lowest cosine between the vectors of one token: 1 for the same encoder.
 * Encoders of different width have nothing in common: 0.
 */
export function nullTextSimilarity(a: NullTextFingerprint, b: NullTextFingerprint): number {
  const [first, second] = [readProbes(a), readProbes(b)];
  if (first.length !== second.length) return 0;
  const width = first.length / PROBES;
  const cosines = Array.from({ length: PROBES }, (_, probe) =>
    cosine(first.subarray(probe * width, (probe + 1) * width), second.subarray(probe * width, (probe + 1) * width)),
  );
  return Math.min(...cosines);
}

/** Models that were trained further with their encoder fall between the two. */
export const SAME_ENCODER = 0.999;
export const RELATED_ENCODER = 0.98;

function readProbes({ probes }: NullTextFingerprint): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(probes, "base64"));
  return float16ToFloat32(new Uint16Array(bytes.buffer, 0, Math.floor(bytes.length / 2)));
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, squaresA, squaresB] = [0, 0, 0];
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    product += value * other;
    squaresA += value * value;
    squaresB += other * other;
  }
  return product / Math.sqrt(squaresA * squaresB);
}
