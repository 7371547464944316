// Images under several negatives, each a tensor, from the same prompts and noise, and what a reward says of them.

import type { FloatTensor } from "../common/tensor.ts";
import type { Picture } from "../pictures/picture.ts";
import { drawImages } from "./draw-images.ts";
import type { ImageRequest } from "./draw-latents.ts";
import { LARGEST_BATCH } from "./image-batch.ts";
import { CONTEXT, DRAWN, SCORE } from "./image-program.ts";
import type { ProgramRun } from "./program-run.ts";
import { openScoredImage, scoreDrawn } from "./scored-image.ts";

export interface ContextImages {
  readonly pictures: readonly Picture[];
  /** Of each. */
  readonly rewards: readonly number[];
}

/** @param run of `contextProgram` */
export function openContextImages(run: ProgramRun) {
  const opened = openScoredImage(run, { image: DRAWN, objective: SCORE, heldOut: [] }, LARGEST_BATCH);
  return async (
    context: FloatTensor,
    requests: readonly ImageRequest[],
    onProgress: (images: number) => Promise<void>,
  ): Promise<ContextImages> => {
    const parameters = new Map([[CONTEXT, { context }]]);
    const pictures = await drawImages(opened.drawer, requests, { parameters, onProgress });
    const { objective } = await scoreDrawn(opened, pictures, requests, { parameters });
    return { pictures, rewards: objective ?? [] };
  };
}
