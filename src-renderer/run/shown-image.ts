// One image that a run has made, and the grid of those that belong together: what the lightbox goes through.

import type { Condition } from "../../src-main/common/evaluation-report.ts";
import { printNumber } from "../../src-main/common/reward-words.ts";
import type { ComparedImage, PreviewPicture } from "../../src-main/common/studio/run.ts";
import { text } from "../text/text.ts";

const words = text.learning.run;

export interface ShownImage {
  readonly url: string;
  /** Images side by side in the file, as many pixels apart, and which one it is. */
  readonly count: number;
  readonly gap: number;
  readonly index: number;
  readonly prompt: string;
  /** What it shows and how it came about, for whoever does not see it. */
  readonly label: string;
  /** What tells it apart from others of the prompt: `step 20`, `learned`. */
  readonly at: string;
  readonly seed: number;
  readonly reward: number | null;
  /** Without an extension. */
  readonly fileName: string;
}

/** Rows of equally many. */
export type ImageGrid = readonly (readonly ShownImage[])[];

export interface ImagePlace {
  readonly row: number;
  readonly column: number;
}

/** `null`: there is none on that side. */
export function movePlace(
  grid: ImageGrid,
  { row, column }: ImagePlace,
  down: number,
  right: number,
): ImagePlace | null {
  const place = { row: row + down, column: column + right };
  return imageAt(grid, place) === undefined ? null : place;
}

export function imageAt(grid: ImageGrid, { row, column }: ImagePlace): ShownImage | undefined {
  return grid[row]?.[column];
}

/** A row a step, the earliest first; a column a prompt. */
export function previewGrid(pictures: readonly PreviewPicture[]): ImageGrid {
  return pictures.map((picture) => picture.prompts.map((_, index) => previewImage(picture, index)));
}

export function previewImage({ url, gap, prompts, step, seed, rewards }: PreviewPicture, index: number): ShownImage {
  const prompt = prompts[index] ?? "";
  return {
    url,
    count: prompts.length,
    gap,
    index,
    prompt,
    label: words.cell(prompt, step),
    at: step === 0 ? words.start : words.step(step),
    seed: seed + index,
    reward: rewards[index] ?? null,
    fileName: `${fileWords(prompt)}-step-${step}`,
  };
}

/** A row a prompt and seed; a column a negative. */
export function evaluationGrid(images: readonly ComparedImage[]): ImageGrid {
  return [...Map.groupBy(images, ({ prompt, seed }) => `${seed} ${prompt}`).values()].map((row) =>
    row.map(evaluationImage),
  );
}

export function evaluationImage({ url, prompt, condition, seed, train }: ComparedImage): ShownImage {
  return {
    url,
    count: 1,
    gap: 0,
    index: 0,
    prompt,
    label: words.comparedImage(prompt, words.conditions[condition]),
    at: words.conditions[condition],
    seed,
    reward: train,
    fileName: `${fileWords(prompt)}-seed-${seed}-${FILE_CONDITIONS[condition]}`,
  };
}

const FILE_CONDITIONS: Readonly<Record<Condition, string>> = {
  null: "no-negative",
  handcrafted: "handwritten",
  learned: "learned",
};

/** `0.712`, and by how much that is more or less than another image of the same prompt and seed. */
export function printImageReward(image: ShownImage, beside?: ShownImage): string {
  if (image.reward === null) return "";
  const reward = printNumber(image.reward);
  if (beside === undefined || beside === image || beside.reward === null) return reward;
  return words.rewardAgainst(reward, image.reward - beside.reward);
}

function fileWords(prompt: string): string {
  return (prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ["image"]).join("-").slice(0, 60);
}
