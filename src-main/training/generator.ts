// Draws pictures with a pipeline: texts to embeddings, noise to latents under guidance, latents to pictures.

import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import { scaleModelInput, type Scheduler, type SchedulerState } from "../diffusion/scheduler.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { createClipTokenizer, type ClipTokenizer } from "../models/tokenizer/clip-tokenizer.ts";
import { sinusoidOf } from "../models/unet/timestep-embedding.ts";
import {
  decoderGradientGraph,
  decoderGraph,
  guidedGradientGraph,
  guidedGraph,
  textEncoderGraph,
  type StageSize,
} from "./stage-graphs.ts";
import type { Stage, StageSessions } from "./stage-sessions.ts";
import { idTensor } from "./token-batch.ts";

export interface Generator {
  readonly pipeline: Pipeline;
  readonly sessions: StageSessions;
  readonly tokenizer: ClipTokenizer;
  /** Latent elements, and how many pictures go through the networks at once. */
  readonly size: StageSize;
  readonly stages: {
    readonly textEncoder: Stage;
    readonly guided: Stage;
    readonly guidedGradient: Stage;
    readonly decoder: Stage;
    readonly decoderGradient: Stage;
  };
  /** Embeddings of the texts so far. */
  readonly texts: Map<string, Float32Array>;
}

export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/** @param pixels of a picture; absent: what the pipeline was made for */
export function openGenerator(
  pipeline: Pipeline,
  sessions: StageSessions,
  batch: number,
  pixels: PictureSize = pipeline.defaultSize,
): Generator {
  const size = { batch, height: pixels.height / pipeline.vaeFactor, width: pixels.width / pipeline.vaeFactor };
  return {
    pipeline,
    sessions,
    tokenizer: createClipTokenizer(pipeline.tokenizer),
    size,
    stages: {
      textEncoder: { name: "text encoder", build: () => textEncoderGraph(pipeline, 1) },
      guided: { name: "unet", build: () => guidedGraph(pipeline, size) },
      guidedGradient: { name: "unet backwards", build: () => guidedGradientGraph(pipeline, size) },
      decoder: { name: "vae decoder", build: () => decoderGraph(pipeline, size) },
      decoderGradient: { name: "vae decoder backwards", build: () => decoderGradientGraph(pipeline, size) },
    },
    texts: new Map(),
  };
}

/** Numbers of one latent: channels · height · width. */
export function latentLength({ pipeline, size }: Generator): number {
  return pipeline.latentChannels * size.height * size.width;
}

/** The text encoder's last hidden state [tokens, width], computed once for each text; not to be written to. */
export async function encodeText(generator: Generator, text: string): Promise<Float32Array> {
  const { tokenizer, sessions, stages, texts } = generator;
  const known = texts.get(text);
  if (known !== undefined) return known;
  const feeds = { input_ids: idTensor([tokenizer.encode(text).ids]) };
  const { last_hidden_state: hidden } = await sessions.run(stages.textEncoder, feeds);
  const embedding = present(hidden);
  texts.set(text, embedding);
  return embedding;
}

/** Two embeddings under one guidance: where to, and away from what. */
export interface Guidance {
  /** [batch, tokens, width] */
  readonly positive: Float32Array;
  /** [tokens, width], the same for every picture */
  readonly negative: Float32Array;
  /** γ: 1 is no guidance */
  readonly scale: number;
}

/** ε̃ (or ṽ) at a step, for x_t [batch, 4, h, w]. */
async function predict(
  generator: Generator,
  scheduler: Scheduler,
  index: number,
  sample: Float32Array,
  guidance: Guidance,
): Promise<Float32Array> {
  const feeds = guidedFeeds(generator, scheduler, index, sample, guidance);
  return present((await generator.sessions.run(generator.stages.guided, feeds))["guided"]);
}

/** The gradient of ⟨ε̃, cotangent⟩ to the negative embedding [tokens, width], summed over the batch. */
export async function pullBackToNegative(
  generator: Generator,
  scheduler: Scheduler,
  index: number,
  sample: Float32Array,
  guidance: Guidance,
  cotangent: Float32Array,
): Promise<Float32Array> {
  const feeds = guidedFeeds(generator, scheduler, index, sample, guidance);
  const given = { ...feeds, cotangent: latents(generator, cotangent) };
  return present((await generator.sessions.run(generator.stages.guidedGradient, given))["gradient"]);
}

/** What is known at a step before it is taken: x_t and ε̃ there. */
export interface SamplingStep {
  readonly index: number;
  readonly sample: Float32Array;
  readonly modelOutput: Float32Array;
}

export interface SamplingOptions {
  /** Stop before this step; absent: go to the end. */
  readonly until?: number;
  readonly onStep?: (step: SamplingStep) => void | Promise<void>;
}

/** From standard normal noise [batch, 4, h, w] to x at step `until`, or to the finished latents. */
export async function sampleLatents(
  generator: Generator,
  scheduler: Scheduler,
  noise: Float32Array,
  guidance: Guidance,
  { until = scheduler.timesteps.length, onStep }: SamplingOptions = {},
): Promise<Float32Array> {
  let sample: Float32Array = noise.map((n) => n * scheduler.initialNoiseSigma);
  let state: SchedulerState = {};
  for (let index = 0; index < until; index++) {
    const modelOutput = await predict(generator, scheduler, index, sample, guidance);
    await onStep?.({ index, sample, modelOutput });
    ({ sample, state } = scheduler.step({ index, sample, modelOutput, state }));
  }
  return sample;
}

/** Latents [batch, 4, h, w] to pictures [batch, 3, H, W] in about −1…1. */
export async function decodeLatents(generator: Generator, sample: Float32Array): Promise<Float32Array> {
  const feeds = { latent: latents(generator, sample) };
  return present((await generator.sessions.run(generator.stages.decoder, feeds))["image"]);
}

/** The gradient of ⟨picture, cotangent⟩ to the latents. */
export async function pullBackToLatents(
  generator: Generator,
  sample: Float32Array,
  cotangent: Float32Array,
): Promise<Float32Array> {
  const { sessions, stages } = generator;
  const feeds = { latent: latents(generator, sample), cotangent: pictures(generator, cotangent) };
  return present((await sessions.run(stages.decoderGradient, feeds))["gradient"]);
}

export function pixelSize({ pipeline, size }: Generator): PictureSize {
  return { height: size.height * pipeline.vaeFactor, width: size.width * pipeline.vaeFactor };
}

function guidedFeeds(
  generator: Generator,
  scheduler: Scheduler,
  index: number,
  sample: Float32Array,
  { positive, negative, scale }: Guidance,
): Record<string, FloatTensor> {
  const { pipeline, size } = generator;
  const { timeProjection } = pipeline;
  return {
    sample: latents(generator, scaleModelInput(scheduler, sample, index)),
    sinusoid: floatTensor([1, timeProjection.width], sinusoidOf(scheduler.timesteps[index] ?? NaN, timeProjection)),
    negative: floatTensor([1, pipeline.tokens, pipeline.width], negative),
    positive: floatTensor([size.batch, pipeline.tokens, pipeline.width], positive),
    guidance: floatTensor([], [scale]),
  };
}

function latents({ pipeline, size }: Generator, data: Float32Array): FloatTensor {
  return floatTensor([size.batch, pipeline.latentChannels, size.height, size.width], data);
}

function pictures(generator: Generator, data: Float32Array): FloatTensor {
  const { height, width } = pixelSize(generator);
  return floatTensor([generator.size.batch, 3, height, width], data);
}

function present(data: Float32Array | undefined): Float32Array {
  if (data === undefined) throw new Error("a stage lacks an output that it was built with");
  return data;
}
