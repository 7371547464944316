// Finished latents to images, some frames at a time: so that a video's autoencoder needs no more memory than the network that drew it.

import type { Ref } from "../common/program/program.ts";
import { fromNetwork, type Picture } from "../pictures/picture.ts";
import type { OpenedImage, OpenedSampler } from "../program/values.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import type { Moment } from "./moment.ts";
import { openValue } from "./open-value.ts";
import type { ProgramRun } from "./program-run.ts";

export interface FrameDecoder {
  readonly image: OpenedImage;
  /** That draws its latent. */
  readonly sampler: OpenedSampler;
  readonly stage: Stage;
  /** Frames at once. */
  readonly batch: number;
  /** Given latents [batch, channels, h, w] by the sampler. @returns [batch, 3, height, width] */
  readonly decode: (moment: Moment) => Promise<Float32Array>;
}

/** @param image drawn by one sampler */
export function openFrameDecoder(run: ProgramRun, image: Ref, batch: number): FrameDecoder {
  const opened = run.opened.open(image, "image");
  const [sampler, ...others] = run.opened.samplersOf(image);
  if (sampler === undefined || others.length > 0) throw new Error(`${image} is not drawn by one sampler`);
  const { stage, compute } = openValue(run, { batch, rows: "frames", label: "image", lower: opened.lower });
  return { image: opened, sampler, stage, batch, decode: compute };
}

/**
 * @param latents [channels, frames, h, w], or [channels, h, w]
 * @param onFrames called with how many frames are done
 */
export async function decodeFrames(
  { image, sampler, batch, decode }: FrameDecoder,
  latents: Float32Array,
  onFrames: (done: number) => Promise<void>,
): Promise<Picture[]> {
  const { height, width } = image.size;
  const [channels = 0] = sampler.model.latent;
  const frames = splitFrames(latents, image.frames, channels);
  const length = latents.length / image.frames;
  const area = 3 * height * width;
  const pictures: Picture[] = [];
  while (pictures.length < frames.length) {
    const part = frames.slice(pictures.length, pictures.length + batch);
    const rows = new Float32Array(batch * length);
    for (const [i, frame] of part.entries()) rows.set(frame, i * length);
    const decoded = await decode({ texts: new Map(), parameters: new Map(), given: new Map([[sampler.ref, rows]]) });
    for (const i of part.keys()) {
      pictures.push(fromNetwork(decoded.subarray(i * area, (i + 1) * area), height, width));
    }
    await onFrames(pictures.length);
  }
  return pictures;
}

/** Latents [channels, frames, h, w] as those of each frame, [channels, h, w]. */
function splitFrames(latents: Float32Array, frames: number, channels: number): Float32Array[] {
  const area = latents.length / (channels * frames);
  return Array.from({ length: frames }, (_, frame) => {
    const out = new Float32Array(channels * area);
    for (let c = 0; c < channels; c++) {
      const start = (c * frames + frame) * area;
      out.set(latents.subarray(start, start + area), c * area);
    }
    return out;
  });
}
