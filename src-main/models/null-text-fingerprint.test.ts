import { expect, test } from "vitest";
import { floatTensor } from "../common/tensor.ts";
import { fingerprintNullText, nullTextSimilarity } from "./null-text-fingerprint.ts";

const TOKENS = 77;
const WIDTH = 48;

/** Numbers like those of a text encoder, some noise added by `amount`. */
function nullText(amount = 0) {
  const data = Array.from({ length: TOKENS * WIDTH }, (_, i) => Math.sin(i * i) + amount * Math.cos(3 * i * i + 1));
  return floatTensor([1, TOKENS, WIDTH], data);
}

/** The lowest cosine of a token's vectors, over all tokens. */
function lowestCosine(a: Float32Array, b: Float32Array): number {
  const cosines = Array.from({ length: TOKENS }, (_, token) => {
    const [u, v] = [a, b].map((data) => data.subarray(token * WIDTH, (token + 1) * WIDTH));
    const dot = (x?: Float32Array, y?: Float32Array): number =>
      x?.reduce((sum, n, i) => sum + n * (y?.[i] ?? 0), 0) ?? 0;
    return dot(u, v) / Math.hypot(...(u ?? [])) / Math.hypot(...(v ?? []));
  });
  return Math.min(...cosines);
}

test("the same output has the same fingerprint, with or without its axis of size 1", () => {
  const { shape, data } = nullText();
  expect(fingerprintNullText({ dtype: "float32", shape: shape.slice(1), data })).toEqual(
    fingerprintNullText(nullText()),
  );
});

test("rounding noise changes nothing that counts", () => {
  expect(nullTextSimilarity(fingerprintNullText(nullText()), fingerprintNullText(nullText(1e-5)))).toBeGreaterThan(
    0.99999,
  );
});

test("the similarity is a cosine, never below the lowest of all tokens", () => {
  for (const amount of [0.02, 0.1, 0.3]) {
    const similarity = nullTextSimilarity(fingerprintNullText(nullText()), fingerprintNullText(nullText(amount)));
    // 1/√(1 + amount²) for orthogonal noise of the same size
    expect(similarity).toBeCloseTo(1 / Math.hypot(1, amount), 1);
    expect(similarity).toBeGreaterThanOrEqual(lowestCosine(nullText().data, nullText(amount).data) - 1e-3);
    expect(similarity).toBeLessThan(1);
  }
});

test("a difference in one probed token alone is found", () => {
  const other = nullText();
  other.data.subarray(32 * WIDTH, 33 * WIDTH).fill(1);
  expect(nullTextSimilarity(fingerprintNullText(nullText()), fingerprintNullText(other))).toBeLessThan(0.5);
});

test("encoders of different widths have nothing in common", () => {
  const narrow = floatTensor([1, TOKENS, 2], new Float32Array(TOKENS * 2).fill(1));
  expect(nullTextSimilarity(fingerprintNullText(nullText()), fingerprintNullText(narrow))).toBe(0);
});
