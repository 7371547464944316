// The images of an evaluation on disk as they are drawn, so that one that was stopped goes on where it was.

import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  COMPARED_IMAGES,
  COMPARISON_RECORD,
  type ComparisonRecord,
  comparisonRecord,
} from "../common/comparison-record.ts";
import { type Condition, type EvaluationScore } from "../common/evaluation-report.ts";
import { type Picture, readPicture, writePng } from "../pictures/picture.ts";
import type { PngText } from "../pictures/png-text.ts";
import type { ImageRequest } from "../sampling/draw-latents.ts";
import { makeFolder, writeFileAtomically } from "../weights/atomic-write.ts";
import { isThere } from "../weights/is-there.ts";

export interface EvaluationImages {
  /** `null`: not drawn yet. */
  readonly find: (condition: Condition, request: ImageRequest) => Promise<Picture | null>;
  readonly keep: (condition: Condition, request: ImageRequest, picture: Picture) => Promise<void>;
}

export interface EvaluationImagesOptions {
  readonly prompts: readonly string[];
  /** Goes into each file. */
  readonly textOf: (condition: Condition, request: ImageRequest) => PngText;
}

/** Prompts and seeds of which the files stay when all is scored: 8-bit PNG of 512 × 512 pixels take some 400 kB each. */
const MOST_KEPT = 64;

/** @param folder of the evaluation */
export function openEvaluationImages(folder: string, { prompts, textOf }: EvaluationImagesOptions): EvaluationImages {
  makeFolder(join(folder, COMPARED_IMAGES));
  const fileOf = (condition: Condition, request: ImageRequest): string =>
    join(folder, COMPARED_IMAGES, imageName(prompts, condition, request));
  return {
    async find(condition, request) {
      const file = fileOf(condition, request);
      return isThere(file) ? readPicture(file) : null;
    },
    keep: (condition, request, picture) => writePng(fileOf(condition, request), picture, textOf(condition, request)),
  };
}

type Scored = Pick<EvaluationScore, "condition" | "prompt" | "seed" | "train"> & { readonly heldOut?: number };

/** Writes which images there are and what each scored. */
export function recordComparison(
  folder: string,
  prompts: readonly string[],
  handwritten: string,
  scores: readonly Scored[],
): void {
  const kept = keptRequests(scores);
  const images = scores
    .filter((score) => kept.has(keyOf(score)))
    .map(({ condition, prompt, seed, train, heldOut = null }): ComparisonRecord["images"][number] => ({
      condition,
      prompt,
      seed,
      train,
      heldOut,
      file: imageName(prompts, condition, { prompt, seed }),
    }));
  const record = comparisonRecord.parse({ handwritten, images });
  writeFileAtomically(join(folder, COMPARISON_RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/** Removes the files of images that the record does not name. */
export function dropOtherImages(folder: string, prompts: readonly string[], scores: readonly Scored[]): void {
  const kept = keptRequests(scores);
  for (const score of scores) {
    if (!kept.has(keyOf(score))) rmSync(join(folder, COMPARED_IMAGES, imageName(prompts, score.condition, score)));
  }
}

function keptRequests(scores: readonly Scored[]): ReadonlySet<string> {
  return new Set([...new Set(scores.map(keyOf))].slice(0, MOST_KEPT));
}

function keyOf({ prompt, seed }: ImageRequest): string {
  return `${seed} ${prompt}`;
}

const CONDITION_NAMES: { readonly [C in Condition]: string } = {
  null: "no-negative",
  handcrafted: "handwritten",
  learned: "learned",
};

/** `003-seed7-learned.png` */
function imageName(prompts: readonly string[], condition: Condition, { prompt, seed }: ImageRequest): string {
  const number = String(prompts.indexOf(prompt) + 1).padStart(3, "0");
  return `${number}-seed${seed}-${CONDITION_NAMES[condition]}.png`;
}
