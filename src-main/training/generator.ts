// Draws pictures with a pipeline: texts to embeddings, noise to latents under guidance, latents to pictures.

import { joinArrays } from "../common/join-arrays.ts";
import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import { PLAIN_READING, type TextReading } from "../common/text-reading.ts";
import { scaleModelInput, type Scheduler, type SchedulerState } from "../diffusion/scheduler.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { createClipTokenizer, type ClipTokenizer } from "../models/tokenizer/clip-tokenizer.ts";
import { sinusoidOf } from "../models/unet/timestep-embedding.ts";
import type { Stage, StageSessions } from "../runtime/stage-sessions.ts";
import { createTextStore, type TextStore } from "../runtime/text-store.ts";
import { openEmbeddingLibrary } from "./embedding-library.ts";
import { encodeChunk, weighByMean, weighLikeCompel } from "./encode-prompt.ts";
import { chunkPrompt, type PromptReader } from "./prompt-chunks.ts";
import {
  decoderGradientGraph,
  decoderGraph,
  guidedGradientGraph,
  guidedGraph,
  textEncoderGraph,
  type StageSize,
  wordEncoderGraph,
} from "./stage-graphs.ts";

export interface Generator {
  readonly pipeline: Pipeline;
  readonly sessions: StageSessions;
  readonly tokenizer: ClipTokenizer;
  /** How texts are read. */
  readonly reader: PromptReader;
  /** Chunks of a text that the UNet looks at; shorter ones are filled up by the null text. */
  readonly chunks: number;
  /** Latent elements, and how many pictures go through the networks at once. */
  readonly size: StageSize;
  readonly stages: {
    readonly textEncoder: Stage;
    /** With word vectors among the tokens. */
    readonly wordEncoder: Stage;
    readonly guided: Stage;
    readonly guidedGradient: Stage;
    readonly decoder: Stage;
    readonly decoderGradient: Stage;
  };
  /** Embeddings of texts. */
  readonly texts: TextStore<Float32Array>;
}

export interface GeneratorTexts {
  readonly reading: TextReading;
  readonly chunks: number;
}

export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/** @param pixels of a picture; absent: what the pipeline was made for. @param texts absent: one chunk of each, as its letters say */
export function openGenerator(
  pipeline: Pipeline,
  sessions: StageSessions,
  batch: number,
  pixels: PictureSize = pipeline.defaultSize,
  { reading, chunks }: GeneratorTexts = { reading: PLAIN_READING, chunks: 1 },
): Generator {
  const [height, width] = [pixels.height / pipeline.vaeFactor, pixels.width / pipeline.vaeFactor];
  const size = { batch, height, width, contextTokens: chunks * pipeline.tokens };
  const reader = openReader(pipeline, reading);
  return {
    pipeline,
    sessions,
    tokenizer: reader.tokenizer,
    reader,
    chunks,
    size,
    stages: {
      wordEncoder: {
        name: "text encoder with word vectors",
        build: () => wordEncoderGraph(pipeline),
        of: { network: "text encoder", work: "text encoding" },
      },
      textEncoder: {
        name: "text encoder",
        build: () => textEncoderGraph(pipeline, 1),
        of: { network: "text encoder", work: "text encoding" },
      },
      guided: { name: "unet", build: () => guidedGraph(pipeline, size), of: { network: "unet", work: "sampling" } },
      guidedGradient: {
        name: "unet backwards",
        build: () => guidedGradientGraph(pipeline, size),
        of: { network: "unet", work: "gradient" },
      },
      decoder: {
        name: "vae decoder",
        build: () => decoderGraph(pipeline, size),
        of: { network: "vae", work: "decoding" },
      },
      decoderGradient: {
        name: "vae decoder backwards",
        build: () => decoderGradientGraph(pipeline, size),
        of: { network: "vae", work: "gradient" },
      },
    },
    texts: createTextStore(({ byteLength }) => byteLength),
  };
}

export function openReader({ tokenizer, width }: Pipeline, reading: TextReading = PLAIN_READING): PromptReader {
  return {
    tokenizer: createClipTokenizer(tokenizer),
    reading,
    library: openEmbeddingLibrary(reading.embeddings, width),
  };
}

/** Numbers of one latent: channels · height · width. */
export function latentLength({ pipeline, size }: Generator): number {
  return pipeline.latentChannels * size.height * size.width;
}

/**
 * The text encoder's last hidden state, [tokens, width] for each chunk that the text fills; not to be written to.
 * @param most chunks; absent: as many as the generator has
 */
export async function encodeText(generator: Generator, text: string, most = generator.chunks): Promise<Float32Array> {
  const key = `${most}:${text}`;
  const known = generator.texts.get(key);
  if (known !== undefined) return known;
  const embedding = joinArrays(await encodeChunks(generator, text, most));
  generator.texts.set(key, embedding);
  return embedding;
}

async function encodeChunks(generator: Generator, text: string, most: number): Promise<Float32Array[]> {
  const { reader, pipeline } = generator;
  const { chunks } = chunkPrompt(text, reader, most);
  const isWeighed = chunks.flat().some(({ weight }) => weight !== 1);
  if (isWeighed && reader.reading.promptWeights === "compel") return weighLikeCompel(generator, chunks);
  const encoded: Float32Array[] = [];
  for (const chunk of chunks) encoded.push(weighByMean(await encodeChunk(generator, chunk), chunk, pipeline.width));
  return encoded;
}

/** An embedding of some chunks, filled up by the null text to as many as the generator has. */
export async function fillContext(generator: Generator, embedding: Float32Array): Promise<Float32Array> {
  const { pipeline, size } = generator;
  const length = (size.contextTokens ?? pipeline.tokens) * pipeline.width;
  if (embedding.length === length) return embedding;
  const nullText = await encodeText(generator, "", 1);
  const missing = (length - embedding.length) / nullText.length;
  return joinArrays([embedding, ...Array.from({ length: missing }, () => nullText)]);
}

/** Two embeddings under one guidance: where to, and away from what. */
export interface Guidance {
  /** [tokens, width] of one chunk or more, for each picture */
  readonly positive: readonly Float32Array[];
  /** [tokens, width] of one chunk or more, the same for every picture */
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
  const feeds = await guidedFeeds(generator, scheduler, index, sample, guidance);
  return present((await generator.sessions.run(generator.stages.guided, feeds))["guided"]);
}

/** The gradient of ⟨ε̃, cotangent⟩ to the negative embedding [tokens, width], summed over the batch; what fills it up gets none. */
export async function pullBackToNegative(
  generator: Generator,
  scheduler: Scheduler,
  index: number,
  sample: Float32Array,
  guidance: Guidance,
  cotangent: Float32Array,
): Promise<Float32Array> {
  const feeds = await guidedFeeds(generator, scheduler, index, sample, guidance);
  const given = { ...feeds, cotangent: latents(generator, cotangent) };
  const gradient = present((await generator.sessions.run(generator.stages.guidedGradient, given))["gradient"]);
  const { length } = guidance.negative;
  return gradient.length === length ? gradient : gradient.slice(0, length);
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

async function guidedFeeds(
  generator: Generator,
  scheduler: Scheduler,
  index: number,
  sample: Float32Array,
  { positive, negative, scale }: Guidance,
): Promise<Record<string, FloatTensor>> {
  const { pipeline, size } = generator;
  const { timeProjection, width } = pipeline;
  const tokens = size.contextTokens ?? pipeline.tokens;
  const filled: Float32Array[] = [];
  for (const one of positive) filled.push(await fillContext(generator, one));
  return {
    sample: latents(generator, scaleModelInput(scheduler, sample, index)),
    sinusoid: floatTensor([1, timeProjection.width], sinusoidOf(scheduler.timesteps[index] ?? NaN, timeProjection)),
    negative: floatTensor([1, tokens, width], await fillContext(generator, negative)),
    positive: floatTensor([size.batch, tokens, width], joinArrays(filled)),
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
