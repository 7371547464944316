// Which two images of a run are shown next: of one prompt, each image as seldom as possible, and left and right by chance.

import { nameOfRated } from "../../src-main/common/studio/rating.ts";
import type { RunDetail } from "../../src-main/common/studio/run.ts";
import { evaluationGrid, previewGrid, type ShownImage } from "../run/shown-image.ts";

export interface RatingPair {
  readonly prompt: string;
  readonly left: ShownImage;
  readonly right: ShownImage;
}

type Images = Pick<RunDetail, "id" | "previews" | "evaluations">;

/** All pairs that the run has, in the order in which they are shown. */
export function ratingPairs({ id, previews, evaluations }: Images): RatingPair[] {
  const images = [
    ...previewGrid(previews).flat(),
    ...evaluations.flatMap((result) => evaluationGrid(result.images).flat()),
  ];
  const groups = [...Map.groupBy(images, ({ prompt }) => prompt)].map(([prompt, ofPrompt]) => ({
    prompt,
    images: ofPrompt.toSorted((a, b) => hash(keyOf(id, a)) - hash(keyOf(id, b))),
  }));
  const longest = Math.max(0, ...groups.map((group) => group.images.length));
  const pairs: RatingPair[] = [];
  // Rounds go through all prompts before an image comes again.
  for (let distance = 1; distance < longest; distance++) {
    for (let turn = 0; turn < 2; turn++) {
      pairs.push(...inTurn(groups.map((group) => apart(id, group, distance, turn))));
    }
  }
  return pairs;
}

/** The first of each list, the second of each … */
function inTurn<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}

interface Group {
  readonly prompt: string;
  readonly images: readonly ShownImage[];
}

/** Images that are so far from each other in the list: in the first turn none is in two pairs. */
function apart(run: string, { prompt, images }: Group, distance: number, turn: number): RatingPair[] {
  return images.flatMap((image, i): RatingPair[] => {
    const other = images[i + distance];
    if (other === undefined || Math.floor(i / distance) % 2 !== turn) return [];
    const isTurned = hash(`${keyOf(run, image)} ${keyOf(run, other)}`) % 2 === 0;
    return [isTurned ? { prompt, left: other, right: image } : { prompt, left: image, right: other }];
  });
}

export function keyOf(run: string, { url, index }: Pick<ShownImage, "url" | "index">): string {
  return nameOfRated({ run, url, index });
}

/** FNV-1a: the same order each time that the window is opened. */
function hash(words: string): number {
  let value = 0x811c9dc5;
  for (const character of words) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}

/** Those that nothing was said of. */
export function unratedPairs(
  run: string,
  pairs: readonly RatingPair[],
  rated: readonly (readonly [string, string])[],
): RatingPair[] {
  const known = new Set(rated.map((names) => names.toSorted().join(" ")));
  return pairs.filter(({ left, right }) => !known.has([keyOf(run, left), keyOf(run, right)].toSorted().join(" ")));
}
