// Seeded random numbers that depend only on where they are used, not on the order or the batches in which they are drawn.

import { philox, type Words4 } from "./philox.ts";

/** One sequence of numbers. Equal streams give equal numbers, and streams that differ anywhere give independent ones. */
export interface RandomStream {
  /** Whole, from 0 up to 2^53. */
  readonly seed: number;
  /** What the numbers are for, in up to three whole numbers below 2^32: for instance purpose, step, image. */
  readonly path: readonly [number, number?, number?];
}

/** Independent standard normal numbers `[start, start + count)` of a stream: any split into parts gives the same numbers. */
export function normalNoise(stream: RandomStream, count: number, start = 0): Float32Array {
  const noise = new Float32Array(count);
  for (let block = Math.floor(start / 4); block * 4 < start + count; block += 1) {
    normalBlock(randomWords(stream, block)).forEach((value, lane) => {
      // Writing outside a typed array does nothing, which cuts the first and last block to size.
      noise[block * 4 + lane - start] = value;
    });
  }
  return noise;
}

/** A whole number from 0 to `below − 1`, the one at `index` of a stream. */
export function uniformInteger(stream: RandomStream, below: number, index = 0): number {
  const [high, low] = randomWords(stream, index);
  // 53 random bits as a fraction: the bias of at most below/2^53 cannot be seen.
  const fraction = ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  return Math.floor(fraction * below);
}

/** A copy in random order: each item gets a random number, and those are sorted. */
export function shuffle<Item>(stream: RandomStream, items: readonly Item[]): Item[] {
  const numbered = items.map((item, index) => ({ item, key: uniformInteger(stream, 2 ** 53, index) }));
  return numbered.toSorted((a, b) => a.key - b.key).map(({ item }) => item);
}

function randomWords({ seed, path: [first, second = 0, third = 0] }: RandomStream, block: number): Words4 {
  return philox([block >>> 0, first, second, third], [seed >>> 0, Math.floor(seed / 2 ** 32)]);
}

/** Box & Muller 1958: two uniform numbers to two normal ones, twice. */
function normalBlock([a, b, c, d]: Words4): Words4 {
  const [cos, sin] = boxMuller(a, b);
  const [cos2, sin2] = boxMuller(c, d);
  return [cos, sin, cos2, sin2];
}

function boxMuller(word: number, angleWord: number): readonly [number, number] {
  // (0, 1], so that the logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log((word + 1) / 2 ** 32));
  const angle = (2 * Math.PI * angleWord) / 2 ** 32;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}
