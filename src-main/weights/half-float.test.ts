import { expect, test } from "vitest";
import { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from "./half-float.ts";

const allPatterns = Uint16Array.from({ length: 65_536 }, (_, pattern) => pattern);

/** The value of a binary16 pattern by its definition: (−1)^s · 2^(e−15) · (1 + m/1024), subnormal below e = 1. */
function binary16Value(pattern: number): number {
  const sign = pattern >= 0x8000 ? -1 : 1;
  const exponent = (pattern >> 10) & 0x1f;
  const mantissa = pattern & 0x3ff;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * 2 ** -14 * (mantissa / 1024);
  return sign * 2 ** (exponent - 15) * (1 + mantissa / 1024);
}

function firstDifference(given: ArrayLike<number>, expected: (index: number) => number): number {
  return Array.from(given).findIndex((value, index) => !Object.is(value, expected(index)));
}

test("all 65,536 binary16 patterns widen to their value", () => {
  expect(firstDifference(float16ToFloat32(allPatterns), (index) => binary16Value(index))).toBe(-1);
});

test("every binary16 number survives the way to float32 and back", () => {
  const back = float32ToFloat16(float16ToFloat32(allPatterns));
  const differing = allPatterns.filter(
    (pattern, index) => !Number.isNaN(binary16Value(pattern)) && back[index] !== pattern,
  );
  expect(differing).toHaveLength(0);
  const nan = float32ToFloat16(Float32Array.of(NaN))[0] ?? 0;
  expect(binary16Value(nan)).toBeNaN();
});

test("between two binary16 neighbours the nearer wins, and the even one from the middle", () => {
  // 0x7bff is 65504; its upper neighbour would be 65536, which stands for infinity.
  const lower = allPatterns.filter((pattern) => pattern <= 0x7bff);
  const upperValue = (pattern: number): number => (pattern === 0x7bff ? 65_536 : binary16Value(pattern + 1));
  const middle = Float32Array.from(lower, (pattern) => (binary16Value(pattern) + upperValue(pattern)) / 2);
  const nudged = (direction: 1 | -1): Float32Array => middle.map((value) => value * (1 + direction * 2 ** -23));

  const even = (index: number): number => index + (index % 2);
  expect(firstDifference(float32ToFloat16(middle), even)).toBe(-1);
  expect(firstDifference(float32ToFloat16(nudged(-1)), (index) => index)).toBe(-1);
  expect(firstDifference(float32ToFloat16(nudged(1)), (index) => index + 1)).toBe(-1);
  expect(firstDifference(float32ToFloat16(middle.map((value) => -value)), (index) => even(index) + 0x8000)).toBe(-1);
});

/** The value of a bfloat16 pattern by its definition: (−1)^s · 2^(e−127) · (1 + m/128), subnormal below e = 1. */
function bfloat16Value(pattern: number): number {
  const sign = pattern >= 0x8000 ? -1 : 1;
  const exponent = (pattern >> 7) & 0xff;
  const mantissa = pattern & 0x7f;
  if (exponent === 255) return mantissa === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * 2 ** -126 * (mantissa / 128);
  return sign * 2 ** (exponent - 127) * (1 + mantissa / 128);
}

test("all 65,536 bfloat16 patterns widen to their value and return", () => {
  const widened = bfloat16ToFloat32(allPatterns);
  expect(firstDifference(widened, (index) => bfloat16Value(index))).toBe(-1);
  const back = float32ToBfloat16(widened);
  const differing = allPatterns.filter(
    (pattern, index) => !Number.isNaN(bfloat16Value(pattern)) && back[index] !== pattern,
  );
  expect(differing).toHaveLength(0);
});

test("bfloat16 rounds to the nearer neighbour, and to the even one from the middle", () => {
  // 0x7f7f is the largest finite number; half a unit above it rounds to infinity (0x7f80).
  const lower = allPatterns.filter((pattern) => pattern <= 0x7f7f);
  const fromBits = (low: number): Float32Array =>
    new Float32Array(Uint32Array.from(lower, (pattern) => (pattern << 16) | low).buffer);
  expect(firstDifference(float32ToBfloat16(fromBits(0x8000)), (index) => index + (index % 2))).toBe(-1);
  expect(firstDifference(float32ToBfloat16(fromBits(0x7fff)), (index) => index)).toBe(-1);
  expect(firstDifference(float32ToBfloat16(fromBits(0x8001)), (index) => index + 1)).toBe(-1);
});

test("a NaN whose bits lie in the lower half stays a NaN in bfloat16", () => {
  const signalling = new Float32Array(Uint32Array.of(0x7f800001, 0xff800001).buffer);
  expect(Array.from(float32ToBfloat16(signalling), bfloat16Value)).toEqual([NaN, NaN]);
});
