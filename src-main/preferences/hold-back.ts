// Which examples are learned from, and which are held back to tell whether that was of use.

import { refuse } from "../common/diagnostic.ts";
import type { ImageSource } from "../common/example.ts";
import { nameOfSource } from "../common/example.ts";
import { shuffle } from "../diffusion/noise.ts";

/** The first number of a random stream's path. Images and steps of learning have others. */
const SPLIT = 6;

interface SplitOptions {
  /** Of all, 0 to 1. */
  readonly share: number;
  readonly seed: number;
  /** The table, for messages. */
  readonly file: string;
}

export interface Split {
  readonly learned: readonly number[];
  readonly heldBack: readonly number[];
}

/**
 * Places of the examples in their list, ascending. No image is in both parts: what would be told of it was learned.
 * @param images of each example
 * @throws Refusal where every example shares an image with another, so that none can be held back
 */
export function splitExamples(images: readonly (readonly ImageSource[])[], options: SplitOptions): Split {
  const { share, seed, file } = options;
  const all = images.map((_, i) => i);
  if (share === 0) return { learned: all, heldBack: [] };
  const groups = connected(images);
  if (groups.length < 2) {
    return refuse({
      code: "examples-connected",
      at: { file },
      message: "all of these share images with one another, so that none can be held back",
      help: "rate images of more prompts, or hold none back",
    });
  }
  const wanted = Math.max(1, Math.round(share * images.length));
  const heldBack = new Set<number>();
  // The last group is learned from, however large the others are.
  for (const group of shuffle({ seed, path: [SPLIT] }, groups).slice(0, -1)) {
    if (heldBack.size >= wanted) break;
    for (const place of group) heldBack.add(place);
  }
  return {
    learned: all.filter((place) => !heldBack.has(place)),
    heldBack: all.filter((place) => heldBack.has(place)),
  };
}

/** Examples that are linked by images. */
function connected(images: readonly (readonly ImageSource[])[]): number[][] {
  const parents = images.map((_, i) => i);
  const rootOf = (place: number): number => {
    let root = place;
    while (parents[root] !== root) root = parents[root] ?? root;
    parents[place] = root;
    return root;
  };
  const first = new Map<string, number>();
  for (const [place, sources] of images.entries()) {
    for (const name of sources.flatMap((source) => nameOfSource(source) ?? [])) {
      const known = first.get(name);
      if (known === undefined) first.set(name, place);
      else parents[rootOf(place)] = rootOf(known);
    }
  }
  return [...Map.groupBy(parents.keys(), rootOf).values()];
}
