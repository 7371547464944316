// A glimpse of pictures that are being drawn: what their latents foresee, coloured without the decoder, each few sampling steps.

import { join } from "node:path";
import type { RunEvent } from "../common/run-events.ts";
import { applyForm } from "../diffusion/scheduler.ts";
import { fromNetwork, resizeNearest, writePng } from "../pictures/picture.ts";
import { sideBySide } from "../pictures/side-by-side.ts";
import { type ColourMap, fitColours, latentColours, STABLE_DIFFUSION_COLOURS } from "../sampling/latent-colours.ts";
import type { BatchAtStep } from "./draw-pictures.ts";
import { decodeLatents, type Generator } from "./generator.ts";

export interface Glimpse {
  /** Writes one if it is time. */
  readonly show: (batch: BatchAtStep) => Promise<void>;
  /** What a decoder made of latents: from it the colours of the next glimpses are known. */
  readonly learn: (latents: Float32Array, images: Float32Array) => void;
}

const FILE = "glimpse.png";
/** Of a whole way from noise to picture. */
const MOST_GLIMPSES = 8;
const LEAST_MS_BETWEEN = 200;

/** @param run the folder that receives it */
export function openGlimpse(generator: Generator, run: string, emit: (event: RunEvent) => Promise<void>): Glimpse {
  const { pipeline } = generator;
  const size = { ...generator.size, channels: pipeline.latentChannels };
  const file = join(run, FILE);
  let colours: ColourMap | null = isStableDiffusion(generator) ? STABLE_DIFFUSION_COLOURS : null;
  let isFitted = colours !== null;
  let shownAt = Number.NEGATIVE_INFINITY;
  const fit = (latents: Float32Array, images: Float32Array): ColourMap =>
    fitColours(latents, images, size, pipeline.vaeFactor);

  return {
    async show({ scheduler, step: { index, sample, modelOutput }, count }) {
      const total = scheduler.timesteps.length;
      const isTurn = (index + 1) % Math.ceil(total / MOST_GLIMPSES) === 0;
      if (!isTurn || performance.now() - shownAt < LEAST_MS_BETWEEN) return;
      const foreseen = applyForm(scheduler.originalForm(index), sample, modelOutput);
      // Nothing was decoded yet: what is foreseen here serves to learn the colours.
      const map = (colours ??= fit(foreseen, await decodeLatents(generator, foreseen)));
      const pictures = Array.from({ length: count }, (_, i) => {
        const small = fromNetwork(latentColours(foreseen, map, size, i), size.height, size.width);
        return resizeNearest(small, Math.max(1, Math.round(pipeline.vaeFactor / 2)));
      });
      await writePng(file, sideBySide(pictures));
      shownAt = performance.now();
      await emit({ type: "glimpse", file, done: index + 1, total });
    },
    learn(latents, images) {
      if (isFitted) return;
      isFitted = true;
      colours = fit(latents, images);
    },
  };
}

/** By what its autoencoder's config says: a quarter of the channels' spread and eight pixels an element. */
function isStableDiffusion({ pipeline: { latentChannels, vaeScaling, vaeFactor } }: Generator): boolean {
  return latentChannels === 4 && vaeFactor === 8 && Math.abs(vaeScaling - 0.18215) < 1e-6;
}
