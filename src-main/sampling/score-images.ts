// Scores of images that exist, by any score of a program: of 8 bits a channel, as they are saved, so that the saved file scores the same.

import type { Ref } from "../common/program/program.ts";
import { framesOfStrip } from "../pictures/frame-strip.ts";
import { type Picture, toNetwork } from "../pictures/picture.ts";
import type { OpenedImage, OpenedScore } from "../program/values.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import { fillBatch, textsOf } from "./draw-images.ts";
import type { ImageRequest } from "./draw-latents.ts";
import type { Moment, ParameterValues } from "./moment.ts";
import { openValue } from "./open-value.ts";
import type { ProgramRun } from "./program-run.ts";

/** A score with the session that it is computed in. */
export interface ImageScorer {
  readonly run: ProgramRun;
  readonly score: OpenedScore;
  /** Those that it looks at. */
  readonly images: readonly OpenedImage[];
  /** Images at once. */
  readonly batch: number;
  /** Given [batch · frames, 3, height, width] of each image. @returns [batch] */
  readonly scoreBatch: (moment: Moment) => Promise<Float32Array>;
  /** That computes it. */
  readonly stage: Stage;
}

/** Nothing is loaded before the first image is scored. */
export function openImageScorer(run: ProgramRun, score: Ref, batch: number): ImageScorer {
  const opened = run.opened.open(score, "score");
  const images = run.opened.imagesOf(score);
  const given = new Set(images.map(({ ref }) => ref));
  const { stage, compute } = openValue(run, { batch, given, label: "score", lower: opened.lower });
  return { run, score: opened, images, batch, scoreBatch: compute, stage };
}

export interface ScoreImagesOptions {
  readonly parameters: ParameterValues;
  /** Called after each batch, with how many images that were. */
  readonly onScored?: ((batch: number) => Promise<void>) | undefined;
}

/** @param pictures of each image that the score looks at, one for each request; of a video, the strip of its frames */
export async function scoreImages(
  { run, score, images, batch, scoreBatch }: ImageScorer,
  pictures: ReadonlyMap<Ref, readonly Picture[]>,
  requests: readonly ImageRequest[],
  { parameters, onScored }: ScoreImagesOptions,
): Promise<number[]> {
  const prompts = images.find((image) => image.prompts !== null)?.prompts ?? null;
  const scores: number[] = [];
  for (let first = 0; first < requests.length; first += batch) {
    const part = requests.slice(first, first + batch);
    const given = new Map(
      images.map((image) => [
        image.ref,
        toBatch(image, (pictures.get(image.ref) ?? []).slice(first, first + batch), batch),
      ]),
    );
    const texts = textsOf(run, { ref: score.ref, prompts }, fillBatch(part, batch));
    const found = await scoreBatch({ texts, parameters, given });
    scores.push(...part.map((_, i) => found[i] ?? NaN));
    await onScored?.(part.length);
  }
  return scores;
}

/** [batch · frames, 3, height, width] in −1…1; what is missing is 0. */
function toBatch({ ref, size, frames }: OpenedImage, part: readonly Picture[], batch: number): Float32Array {
  const length = 3 * size.height * size.width;
  const numbers = new Float32Array(batch * frames * length);
  for (const [i, picture] of part.entries()) {
    if (picture.width !== size.width || picture.height !== frames * size.height) {
      throw new Error(`an image of ${picture.width}×${picture.height} pixels is given for ${ref}`);
    }
    for (const [frame, one] of framesOfStrip(picture, frames).entries())
      numbers.set(toNetwork(one), (i * frames + frame) * length);
  }
  return numbers;
}
