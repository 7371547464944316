// Which two images of a run are shown next: of one prompt, each image as seldom as possible, and left and right by chance.

import { nameOfRated } from "../../src-main/common/studio/rating.ts";
import type { RunDetail } from "../../src-main/common/studio/run.ts";
import { evaluationGrid, previewGrid, type ShownImage } from "../run/shown-image.ts";

/** With what ratings call it. */
export interface NamedImage extends ShownImage {
  readonly name: string;
}

export interface RatingPair {
  readonly prompt: string;
  readonly left: NamedImage;
  readonly right: NamedImage;
}

type Images = Pick<RunDetail, "id" | "previews" | "evaluations">;

/** All pairs that the run has, in the order in which they are shown. */
export function ratingPairs({ id, previews, evaluations }: Images): RatingPair[] {
  const images = [
    ...previewGrid(previews).flat(),
    ...evaluations.flatMap((result) => evaluationGrid(result.images).flat()),
  ].map((image): NamedImage => ({ ...image, name: nameOfRated({ run: id, url: image.url, index: image.index }) }));
  const groups = [...Map.groupBy(images, ({ prompt }) => prompt)].map(([prompt, ofPrompt]) => ({
    prompt,
    images: ofPrompt.toSorted((a, b) => hash(a.name) - hash(b.name)),
  }));
  const longest = Math.max(0, ...groups.map((group) => group.images.length));
  const pairs: RatingPair[] = [];
  // Rounds go through all prompts before an image comes again.
  for (let distance = 1; distance < longest; distance++) {
    for (let turn = 0; turn < 2; turn++) {
      pairs.push(...inTurn(groups.map((group) => apart(group, distance, turn))));
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
  readonly images: readonly NamedImage[];
}

/** Images that are so far from each other in the list: in the first turn none is in two pairs. */
function apart({ prompt, images }: Group, distance: number, turn: number): RatingPair[] {
  return images.flatMap((image, i): RatingPair[] => {
    const other = images[i + distance];
    if (other === undefined || Math.floor(i / distance) % 2 !== turn) return [];
    const isTurned = hash(`${image.name} ${other.name}`) % 2 === 0;
    return [isTurned ? { prompt, left: other, right: image } : { prompt, left: image, right: other }];
  });
}

/** As ratings tell what they are of. */
export function namesOf({ left, right }: RatingPair): [string, string] {
  return [left.name, right.name];
}

/** FNV-1a: the same order each time that the window is opened. */
function hash(words: string): number {
  let value = 0x811c9dc5;
  for (const character of words) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}

/** Those that nothing was said of. @param rated names of both images, in any order */
export function unratedPairs(
  pairs: readonly RatingPair[],
  rated: readonly (readonly [string, string])[],
): RatingPair[] {
  const known = new Set(rated.map((names) => names.toSorted().join(" ")));
  return pairs.filter((pair) => !known.has(namesOf(pair).toSorted().join(" ")));
}
