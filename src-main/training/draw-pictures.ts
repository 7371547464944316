// Finished pictures for prompts and seeds: the whole way from noise, in batches.

import { joinArrays } from "../common/join-arrays.ts";
import type { Scheduler } from "../diffusion/scheduler.ts";
import { fromNetwork, type Picture } from "../pictures/picture.ts";
import { pictureNoise } from "./draws.ts";
import {
  decodeLatents,
  encodeText,
  latentLength,
  pixelSize,
  sampleLatents,
  type Generator,
  type SamplingStep,
} from "./generator.ts";

export interface PictureRequest {
  readonly prompt: string;
  /** Equal seeds start from equal noise, whatever else differs. */
  readonly seed: number;
}

export interface DrawOptions {
  /** [tokens, width] */
  readonly negative: Float32Array;
  readonly guidance: number;
  /** Called after each sampling step: pictures done, those in work in part, and in all. */
  readonly onProgress?: (done: number, total: number) => void | Promise<void>;
  /** Called at each sampling step with the batch in work. */
  readonly onStep?: (batch: BatchAtStep) => void | Promise<void>;
  /** Called with the pictures of each batch as they are done, the first of which has this index. */
  readonly onPictures?: (first: number, pictures: readonly Picture[]) => void | Promise<void>;
  /** Called with the finished latents of a batch and its pictures [batch, 3, H, W]. */
  readonly onDecoded?: (latents: Float32Array, images: Float32Array) => void;
}

export interface BatchAtStep {
  readonly scheduler: Scheduler;
  readonly step: SamplingStep;
  /** Pictures that are wanted; a batch may be filled up. */
  readonly count: number;
}

export async function drawPictures(
  generator: Generator,
  scheduler: Scheduler,
  requests: readonly PictureRequest[],
  { negative, guidance, onProgress, onStep, onPictures, onDecoded }: DrawOptions,
): Promise<Picture[]> {
  const { batch } = generator.size;
  const { height, width } = pixelSize(generator);
  const steps = scheduler.timesteps.length;
  const pictures: Picture[] = [];
  for (let first = 0; first < requests.length; first += batch) {
    const part = requests.slice(first, first + batch);
    // A batch has a fixed size: the last one is filled up and the surplus thrown away.
    const filled = Array.from({ length: batch }, (_, i) => part[i] ?? part[0]).filter((item) => item !== undefined);
    const noise = joinArrays(filled.map(({ seed }) => pictureNoise(seed, latentLength(generator))));
    const embeddings: Float32Array[] = [];
    for (const { prompt } of filled) embeddings.push(await encodeText(generator, prompt));
    const guided = { positive: embeddings, negative, scale: guidance };
    const latents = await sampleLatents(generator, scheduler, noise, guided, {
      onStep: async (step) => {
        await onStep?.({ scheduler, step, count: part.length });
        await onProgress?.(first + (part.length * (step.index + 1)) / steps, requests.length);
      },
    });
    const images = await decodeLatents(generator, latents);
    onDecoded?.(latents, images);
    const length = images.length / batch;
    const drawn = part.map((_, i) => fromNetwork(images.subarray(i * length, (i + 1) * length), height, width));
    await onPictures?.(first, drawn);
    pictures.push(...drawn);
  }
  return pictures;
}
