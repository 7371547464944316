// Lots that fall the same way again from the same seed.

import { randomIntegers, type RandomIntegers } from "../../src-main/weights/testing/mutate.ts";

/** Seeds that lie side by side are spread, by Knuth's multiplier: the first numbers of the generator would lie side by side as well. */
export function createRandom(seed: number): RandomIntegers {
  return randomIntegers(Math.imul(seed + 1, 0x9e3779b1) | 1);
}

export function pick<T>(from: readonly T[], random: RandomIntegers): T {
  const picked = from[random(from.length)];
  if (picked === undefined) throw new Error("there is nothing to pick from");
  return picked;
}
