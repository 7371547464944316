// Finished images of a program's value, for prompts and seeds: the whole way from noise, in batches.

import type { Ref } from "../common/program/program.ts";
import { stripRows } from "../pictures/frame-strip.ts";
import { fromNetwork, type Picture } from "../pictures/picture.ts";
import type { OpenedImage, OpenedSampler } from "../program/values.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import { drawLatents, imagesOf, type ImageRequest } from "./draw-latents.ts";
import type { Moment, ParameterValues } from "./moment.ts";
import { openValue } from "./open-value.ts";
import type { ProgramRun } from "./program-run.ts";
import { openSampler, type SamplerRun, type SamplingStep } from "./roll-out.ts";

/** An image value with the sessions that it is drawn in. */
export interface ImageDrawer {
  readonly run: ProgramRun;
  readonly image: OpenedImage;
  /** Images at once. */
  readonly batch: number;
  /** Those that the image depends on, each after those that it depends on itself. */
  readonly samplers: readonly SamplerRun[];
  /** That decodes. */
  readonly stage: Stage;
  /** Given finished latents by the sampler. @returns [batch · frames, 3, height, width] */
  readonly decode: (moment: Moment) => Promise<Float32Array>;
}

/** Nothing is loaded before the first image. Graphs that compute the same, such as those of learning, share its sessions. */
export function openImageDrawer(run: ProgramRun, image: Ref, batch: number): ImageDrawer {
  const opened = run.opened.open(image, "image");
  const { stage, compute } = openValue(run, { batch, label: "image", lower: opened.lower });
  return {
    run,
    image: opened,
    batch,
    stage,
    samplers: run.opened.samplersOf(image).map((sampler) => openSampler(run, sampler, batch)),
    decode: compute,
  };
}

/** The batch in work, at a step of one of its samplers. */
export interface BatchAtStep {
  readonly sampler: OpenedSampler;
  readonly step: SamplingStep;
  /** Rows of the batch, and how many of them are wanted: a batch may be filled up. */
  readonly batch: number;
  readonly count: number;
  /** Latents of the sampler to images; `null`: they need those of other samplers as well. */
  readonly decode: ((latents: Float32Array) => Promise<Float32Array>) | null;
}

export interface DecodedBatch {
  readonly sampler: OpenedSampler;
  readonly batch: number;
  readonly latents: Float32Array;
  /** [batch · frames, 3, height, width] */
  readonly images: Float32Array;
}

/** Who is told of the images in work. */
export interface DrawingObserver {
  /** At each sampling step. */
  readonly onStep?: (batch: BatchAtStep) => void | Promise<void>;
  /** With each finished batch of an image that one sampler draws. */
  readonly onDecoded?: (decoded: DecodedBatch) => void;
}

export interface DrawImagesOptions extends DrawingObserver {
  readonly parameters: ParameterValues;
  /** Called after each sampling step: images done, those in work in part, and in all. */
  readonly onProgress?: (done: number, total: number) => void | Promise<void>;
  /** Called with the images of each batch as they are done, the first of which has this index. */
  readonly onImages?: (first: number, images: readonly Picture[]) => void | Promise<void>;
}

/** @returns an image for each request, of 8 bits as it is saved; of a video, the strip of its frames */
export async function drawImages(
  drawer: ImageDrawer,
  requests: readonly ImageRequest[],
  options: DrawImagesOptions,
): Promise<Picture[]> {
  const { batch, image } = drawer;
  const { height, width } = image.size;
  const drawn: Picture[] = [];
  for (let first = 0; first < requests.length; first += batch) {
    const part = requests.slice(first, first + batch);
    const images = await drawBatch(drawer, part, {
      ...options,
      onShare: (share) => options.onProgress?.(first + part.length * share, requests.length),
    });
    const strips = stripRows(images, batch, image.frames);
    const length = strips.length / batch;
    const pictures = part.map((_, i) =>
      fromNetwork(strips.subarray(i * length, (i + 1) * length), image.frames * height, width),
    );
    await options.onImages?.(first, pictures);
    drawn.push(...pictures);
  }
  return drawn;
}

interface DrawBatchOptions extends DrawingObserver {
  readonly parameters: ParameterValues;
  /** Of the sampling steps. */
  readonly onShare: (share: number) => void | Promise<void>;
}

async function drawBatch(
  drawer: ImageDrawer,
  wanted: readonly ImageRequest[],
  { parameters, onStep, onDecoded, onShare }: DrawBatchOptions,
): Promise<Float32Array> {
  const { run, batch, samplers, image } = drawer;
  const requests = fillBatch(wanted, batch);
  const [texts, images] = [textsOf(run, image, requests), imagesOf(requests)];
  const decodeOf = ({ ref }: OpenedSampler): BatchAtStep["decode"] =>
    samplers.length === 1
      ? (latents) => drawer.decode({ texts, images, parameters, given: new Map([[ref, latents]]) })
      : null;
  const given = await drawLatents(samplers, requests, {
    texts,
    parameters,
    async onStep(sampler, step, done, total) {
      await onStep?.({ sampler, step, batch, count: wanted.length, decode: decodeOf(sampler) });
      await onShare(done / total);
    },
  });
  const decoded = await drawer.decode({ texts, images, parameters, given });
  const [first, ...others] = samplers;
  const latents = first === undefined ? undefined : given.get(first.sampler.ref);
  if (others.length === 0 && first !== undefined && latents !== undefined) {
    onDecoded?.({ sampler: first.sampler, batch, latents, images: decoded });
  }
  return decoded;
}

/** A batch has a fixed size: the last one is filled up and the surplus thrown away. */
export function fillBatch<Item>(part: readonly Item[], batch: number): Item[] {
  return Array.from({ length: batch }, (_, i) => part[i] ?? part[0]).filter((item) => item !== undefined);
}

/** The text of each request, by the call of the prompts: those of the image itself, and of other lists that it depends on. */
export function textsOf(
  { opened }: ProgramRun,
  value: { readonly ref: Ref; readonly prompts?: { readonly ref: Ref } | null },
  requests: readonly ImageRequest[],
): ReadonlyMap<Ref, readonly string[]> {
  const own = value.prompts?.ref;
  return new Map(
    opened.promptsOf(value.ref).map(({ ref, texts }) => {
      const isOwn = own === undefined || own === ref;
      return [ref, requests.map(({ prompt, place = 0 }) => (isOwn ? prompt : (texts[place % texts.length] ?? "")))];
    }),
  );
}
