// A preview of images that are being drawn: what their latents foresee, coloured without the decoder, each few sampling steps.

import { join } from "node:path";
import type { RunEvent } from "../common/run-events.ts";
import { applyForm } from "../diffusion/scheduler.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { stripRows } from "../pictures/frame-strip.ts";
import { fromNetwork, resizeNearest, writePng } from "../pictures/picture.ts";
import { sideBySide } from "../pictures/side-by-side.ts";
import type { OpenedSampler } from "../program/values.ts";
import type { BatchAtStep, DecodedBatch, DrawingObserver } from "./draw-images.ts";
import {
  type ColourMap,
  fitColours,
  latentColours,
  type LatentSize,
  STABLE_DIFFUSION_COLOURS,
} from "./latent-colours.ts";

const FILE = "latent-preview.png";
/** Of a whole way from noise to image. */
const MOST_SHOWN = 8;
const LEAST_MS_BETWEEN = 200;

interface Colours {
  readonly map: ColourMap;
  /** Whether they are known of finished images, and not only of what an early step foresees. */
  readonly isFitted: boolean;
}

/** @param run the folder that receives it */
export function openLatentPreview(run: string, emit: (event: RunEvent) => Promise<void>): Required<DrawingObserver> {
  const file = join(run, FILE);
  const known = new Map<Pipeline, Colours>();
  let shownAt = Number.NEGATIVE_INFINITY;

  const coloursOf = async (
    foreseen: Float32Array,
    { sampler, batch, decode }: BatchAtStep,
  ): Promise<ColourMap | null> => {
    const { pipeline } = sampler.model;
    const colours = known.get(pipeline);
    if (colours !== undefined) return colours.map;
    if (isStableDiffusion(pipeline)) {
      known.set(pipeline, { map: STABLE_DIFFUSION_COLOURS, isFitted: true });
      return STABLE_DIFFUSION_COLOURS;
    }
    if (decode === null) return null;
    // Nothing was decoded yet: what is foreseen here serves to learn the colours.
    const map = coloursBetween(foreseen, await decode(foreseen), sampler, batch);
    known.set(pipeline, { map, isFitted: false });
    return map;
  };

  return {
    async onStep(at) {
      const { sampler, step, batch, count } = at;
      const { scheduler, model } = sampler;
      const { index, sample, prediction } = step;
      const total = scheduler.timesteps.length;
      const isTurn = (index + 1) % Math.ceil(total / MOST_SHOWN) === 0;
      if (!isTurn || performance.now() - shownAt < LEAST_MS_BETWEEN) return;
      const foreseen = applyForm(scheduler.originalForm(index), sample, prediction);
      const map = await coloursOf(foreseen, at);
      if (map === null) return;
      const size = sizeOf(sampler, batch);
      const pictures = Array.from({ length: count }, (_, i) => {
        const small = fromNetwork(latentColours(foreseen, map, size, i), size.height, size.width);
        return resizeNearest(small, Math.max(1, Math.round(model.pipeline.vaeFactor / 2)));
      });
      await writePng(file, sideBySide(pictures));
      shownAt = performance.now();
      await emit({ type: "latent-preview", file, done: index + 1, total });
    },
    onDecoded({ sampler, batch, latents, images }: DecodedBatch) {
      const { pipeline } = sampler.model;
      if (known.get(pipeline)?.isFitted === true || isStableDiffusion(pipeline)) return;
      const map = coloursBetween(latents, images, sampler, batch);
      known.set(pipeline, { map, isFitted: true });
    },
  };
}

/** @param images of all frames, as they are decoded */
function coloursBetween(latents: Float32Array, images: Float32Array, sampler: OpenedSampler, batch: number): ColourMap {
  const { frames, pipeline } = sampler.model;
  return fitColours(latents, stripRows(images, batch, frames), sizeOf(sampler, batch), pipeline.vaeFactor);
}

/** Of a video, that of the strip of its frames: its latents [channels, frames, height, width] are those of one as they are. */
function sizeOf({ model: { latent, frames } }: OpenedSampler, batch: number): LatentSize {
  const [channels = 0] = latent;
  const [height = 0, width = 0] = latent.slice(-2);
  return { batch, channels, height: frames * height, width };
}

/** By what its autoencoder's config says: a quarter of the channels' spread and eight pixels an element. */
function isStableDiffusion({ latentChannels, vaeScaling, vaeFactor }: Pipeline): boolean {
  return latentChannels === 4 && vaeFactor === 8 && Math.abs(vaeScaling - 0.18215) < 1e-6;
}
