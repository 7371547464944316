// The inputs that have led to something new, and which of them is tried next.

import type { RandomIntegers } from "../../src-main/weights/testing/mutate.ts";
import { pick } from "../torture/random.ts";

export interface Corpus {
  readonly add: (input: Uint8Array) => void;
  readonly next: (random: RandomIntegers) => Uint8Array;
  /** Some of the others. */
  readonly some: (random: RandomIntegers) => readonly Uint8Array[];
  readonly size: () => number;
}

const SOME = 3;
/** Of each two tries, one begins with one of so many newest: what was new lately leads on most often. */
const NEWEST = 16;

export function createCorpus(seeds: readonly Uint8Array[]): Corpus {
  const inputs = [...seeds];
  return {
    add: (input) => void inputs.push(input),
    next: (random) => pick(random(2) === 0 ? inputs.slice(-NEWEST) : inputs, random),
    some: (random) => Array.from({ length: SOME }, () => pick(inputs, random)),
    size: () => inputs.length,
  };
}
