// Which two images of a run are shown next: of one prompt, as different as it has them, each image as seldom as possible, and left and right
// by chance.

import type { Condition } from "../../src-main/common/evaluation-report.ts";
import { nameOfRated } from "../../src-main/common/studio/rating.ts";
import type { RunDetail } from "../../src-main/common/studio/run.ts";
import { evaluationImage, previewImage, type ShownImage } from "../run/shown-image.ts";

/** With what ratings call it. */
export interface NamedImage extends ShownImage {
  readonly name: string;
  /** Share of the training that its negative has behind it; `null`: it is handwritten. */
  readonly trained: number | null;
}

/** All images of one prompt. */
export interface RatingGroup {
  readonly prompt: string;
  readonly images: readonly NamedImage[];
}

export interface RatingPair {
  readonly prompt: string;
  readonly left: NamedImage;
  readonly right: NamedImage;
}

type Images = Pick<RunDetail, "id" | "previews" | "evaluations">;
/** Of both images, in any order. */
type Names = readonly [string, string];

const TRAINED: Readonly<Record<Condition, number | null>> = { null: 0, handcrafted: null, learned: 1 };
/** So much less different two images count for each time that one of them was shown: else one of them would come again and again. */
const SHOWN_BEFORE = 0.3;

export function ratingGroups({ id, previews, evaluations }: Images): RatingGroup[] {
  const last = Math.max(1, ...previews.map(({ step }) => step));
  const named = (image: ShownImage, trained: number | null): NamedImage => ({
    ...image,
    name: nameOfRated({ run: id, url: image.url, index: image.index }),
    trained,
  });
  const images = [
    ...previews.flatMap((preview) =>
      preview.prompts.map((_, index) => named(previewImage(preview, index), preview.step / last)),
    ),
    ...evaluations.flatMap((result) =>
      result.images.map((image) => named(evaluationImage(image), TRAINED[image.condition])),
    ),
  ];
  return [...Map.groupBy(images, ({ prompt }) => prompt)].map(([prompt, ofPrompt]) => ({
    prompt,
    images: ofPrompt.toSorted((a, b) => hash(a.name) - hash(b.name)),
  }));
}

export function countPairs(groups: readonly RatingGroup[]): number {
  return groups.reduce((sum, { images }) => sum + (images.length * (images.length - 1)) / 2, 0);
}

/** Prompts take turns. @param said pairs that were rated or skipped, of this and other runs */
export function nextPair(groups: readonly RatingGroup[], said: readonly Names[]): RatingPair | undefined {
  const known = new Set(said.map(keyOf));
  const shown = new Map([...Map.groupBy(said.flat(), (name) => name)].map(([name, times]) => [name, times.length]));
  const timesOf = ({ name }: NamedImage): number => shown.get(name) ?? 0;
  const inTurn = groups
    .map((group) => ({ group, times: group.images.reduce((sum, image) => sum + timesOf(image), 0) }))
    .toSorted((a, b) => a.times - b.times);
  for (const { group } of inTurn) {
    const pair = mostDifferent(group, (a, b) => (known.has(keyOf([a.name, b.name])) ? null : timesOf(a) + timesOf(b)));
    if (pair !== undefined) return pair;
  }
  return undefined;
}

/** @param timesOf how often two images were shown, alone or together; `null`: something was said of this pair */
function mostDifferent(
  { prompt, images }: RatingGroup,
  timesOf: (a: NamedImage, b: NamedImage) => number | null,
): RatingPair | undefined {
  const rewards = images.flatMap(({ reward }) => reward ?? []);
  const range = Math.max(...rewards) - Math.min(...rewards);
  let best: { readonly a: NamedImage; readonly b: NamedImage; readonly worth: number } | undefined;
  for (const [i, a] of images.entries()) {
    for (const b of images.slice(i + 1)) {
      const times = timesOf(a, b);
      if (times === null) continue;
      const worth = difference(a, b, range) - SHOWN_BEFORE * times;
      if (best === undefined || worth > best.worth) best = { a, b, worth };
    }
  }
  if (best === undefined) return undefined;
  const { a, b } = best;
  return hash(`${a.name} ${b.name}`) % 2 === 0 ? { prompt, left: b, right: a } : { prompt, left: a, right: b };
}

/**
 * How different two images of a prompt can be expected to be, 0…3: drawn from other noise, with another negative or after more training,
 * and scored differently.
 * @param range of the rewards of the prompt's images
 */
function difference(a: NamedImage, b: NamedImage, range: number): number {
  const byNoise = a.seed === b.seed ? 0 : 1;
  const byNegative =
    a.trained === null || b.trained === null ? (a.trained === b.trained ? 0 : 1) : Math.abs(a.trained - b.trained);
  const byReward = a.reward === null || b.reward === null || !(range > 0) ? 0 : Math.abs(a.reward - b.reward) / range;
  return byNoise + byNegative + byReward;
}

/** As ratings tell what they are of. */
export function namesOf({ left, right }: RatingPair): [string, string] {
  return [left.name, right.name];
}

/** Whether ratings of these names are of images of the run. */
export function isOfRun(groups: readonly RatingGroup[], names: Names): boolean {
  return groups.some(({ images }) => names.every((name) => images.some((image) => image.name === name)));
}

/** The same whichever image is on the left. */
function keyOf(names: Names): string {
  return names.toSorted().join(" ");
}

/** FNV-1a: the same order each time that the window is opened. */
function hash(words: string): number {
  let value = 0x811c9dc5;
  for (const character of words) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}
