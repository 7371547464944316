// What functions ask of the machine on which a program is opened: files, networks that run outside of the graph, and pictures.

import type { Betas, ControlKind } from "../common/applying.ts";
import type { ExampleList, ImageSource, PairExample, RatedExample } from "../common/example.ts";
import type { RewardOptions } from "../common/reward-options.ts";
import type { SchedulerName } from "../common/sampling.ts";
import type { FloatTensor } from "../common/tensor.ts";
import type { TextReading } from "../common/text-reading.ts";
import type { SchedulerOptions } from "../diffusion/create-scheduler.ts";
import type { Scheduler } from "../diffusion/scheduler.ts";
import type { LoraFile } from "../models/lora/read-lora.ts";
import type { PipelineOptions } from "../models/pipeline-source.ts";
import type { Pipeline } from "../models/pipeline.ts";
import type { Pixels } from "../models/reward/fit-picture.ts";
import type { Reward } from "../models/reward/reward.ts";
import type { ClipReward } from "../models/reward/trained/as-clip.ts";
import type { Steering, VideoModel } from "../models/target/open-target.ts";
import type { LostWords } from "../models/tokenizer/fit-words.ts";
import type { ParameterKinds } from "../parameters/index.ts";
import type { ParameterHost } from "../parameters/parameter-kind.ts";
import type { FeedStage } from "./feed.ts";

/** What becomes of a text that is read. */
export interface ReadText {
  /** That it fills, 1 at least. */
  readonly chunks: number;
  readonly tokenCount: number;
  /** Tokens of one chunk. */
  readonly room: number;
  /** Those of one, at the least, that ends because it is full: a phrase may move to the next. */
  readonly least: number;
  readonly lost: LostWords | null;
}

/** One chunk behind the other, begin mark, end mark and padding included. */
export interface TextTokens {
  /** [chunks · tokens], whole numbers */
  readonly ids: Float32Array;
  /** [chunks · tokens], 1 where the text says nothing of it */
  readonly weights: Float32Array;
  /** [chunks · tokens, width] in place of the token's own, where `isVector` [chunks · tokens] is 1 instead of 0 */
  readonly vectors: Float32Array;
  readonly isVector: Float32Array;
  readonly lost: LostWords | null;
  /** Which vector of the word that is learned belongs to each place; −1: none. */
  readonly learned: readonly number[];
}

/** A word of vectors that are learned: `embedding:NAME` in a text stands for them. */
export interface LearnedWord {
  readonly name: string;
  readonly count: number;
}

export interface PixelSize {
  readonly height: number;
  readonly width: number;
}

export interface ExampleOptions {
  /** That is held back, 0 to 1. */
  readonly share: number;
  readonly seed: number;
  /** Of the table that the run began with; absent: it begins just now. */
  readonly digest?: string | undefined;
}

export interface SplitExamples<Example> extends ExampleList<Example> {
  /** Places in the list. */
  readonly learned: readonly number[];
  readonly heldBack: readonly number[];
}

/** How a sampler goes, besides its name and its steps. */
export interface HostSchedulerOptions extends SchedulerOptions {
  /** Of the noise that the network was trained with; absent: as its config says. */
  readonly betas?: Betas | undefined;
}

export interface Host extends ParameterHost {
  /** Each is opened once. @throws Refusal */
  readonly pipeline: (path: string, options: PipelineOptions) => Pipeline;
  /** Of motion modules and their base, or of a video UNet. @throws Refusal for what draws no videos */
  readonly videoModel: (path: string, options: PipelineOptions) => VideoModel;
  readonly reward: (path: string, options: RewardOptions) => Reward;
  readonly controlnet: (path: string, pipeline: Pipeline) => Steering;
  readonly scheduler: (
    pipeline: Pipeline,
    name: SchedulerName,
    steps: number,
    options?: HostSchedulerOptions,
  ) => Scheduler;
  /** What a reward reads of a prompt: its words, without the syntax of weights. */
  readonly wordsOf: (text: string, reading: TextReading) => string;
  /** @param most chunks that are kept */
  readonly readText: (pipeline: Pipeline, text: string, reading: TextReading, most?: number) => ReadText;
  readonly textStage: (pipeline: Pipeline) => FeedStage;
  /** What a LoRA changes in a pipeline. @throws Refusal for one that was made for another */
  readonly lora: (file: string, pipeline: Pipeline) => LoraFile;
  /** What the text encoder gets of a text, for encoders that run in the graph. @param chunks filled up by padding to as many */
  readonly readTokens: (
    pipeline: Pipeline,
    text: string,
    reading: TextReading,
    chunks: number,
    learned?: LearnedWord,
  ) => TextTokens;
  /** What a reward knows of a prompt, by name, [1, …] each. */
  readonly rewardFeatures: (reward: Reward, words: string) => Promise<Readonly<Record<string, FloatTensor>>>;
  readonly rewardTextStage: (reward: Reward) => FeedStage;
  /** What reads an image that steers: [1, 3, height, width] in 0…1. @throws Refusal for a file that is not there */
  readonly controlPicture: (file: string, kind: ControlKind, size: PixelSize) => () => Promise<FloatTensor>;
  /**
   * What encodes the images of a folder, or one file: [channels, height, width] for the image of a number.
   * @throws Refusal where there are none
   */
  readonly imageEncoder: (
    pipeline: Pipeline,
    source: string,
    size: PixelSize,
  ) => (picture: number) => Promise<FloatTensor>;
  /** Images of a reward's CLIP: [1, width] for an image of its size. */
  readonly rewardEmbedding: (reward: ClipReward, image: Pixels) => Promise<FloatTensor>;
  readonly rewardEmbeddingStage: (reward: ClipReward) => FeedStage;
  /** What people said of images. Each table is read once. @throws Refusal for one that cannot be used, with its row, or that has changed */
  readonly pairs: (source: string, options: ExampleOptions) => SplitExamples<PairExample>;
  readonly ratedImages: (source: string, options: ExampleOptions) => SplitExamples<RatedExample>;
  /** @throws Refusal with the row of the table, for a file that holds no image */
  readonly exampleImage: (source: ImageSource, table: string, row: number) => Promise<Pixels>;
  /** How each kind of parameter starts and is saved. */
  readonly parameterKinds: ParameterKinds;
}
