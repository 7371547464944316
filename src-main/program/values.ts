// The values of a program, opened: what is known of each on the host, and how it is appended to a graph.

import type { DynamicPrompt } from "../common/dynamic-prompt.ts";
import type { EmbeddingSpace } from "../common/embedding-space.ts";
import type { ExampleName } from "../common/held-back.ts";
import type { Ref } from "../common/program/program.ts";
import type { ValueKind } from "../common/program/value-type.ts";
import type { SchedulerName } from "../common/sampling.ts";
import type { Shape } from "../common/tensor.ts";
import type { TextReading } from "../common/text-reading.ts";
import type { Value } from "../compiler/graph.ts";
import type { SchedulerOptions } from "../diffusion/create-scheduler.ts";
import type { RandomStream } from "../diffusion/noise.ts";
import type { Scheduler } from "../diffusion/scheduler.ts";
import type { Pipeline } from "../models/pipeline.ts";
import type { Pixels } from "../models/reward/fit-picture.ts";
import type { Reward } from "../models/reward/reward.ts";
import type { ClipReward } from "../models/reward/trained/as-clip.ts";
import type { Adapt } from "../models/scope.ts";
import type { PublishedSettings } from "../models/target/published-settings.ts";
import type { TimestepProjection } from "../models/unet/timestep-embedding.ts";
import type { StoredParameter } from "../parameters/parameter-kind.ts";
import type { Lowering } from "./lowering.ts";

/** By name, as the network knows them: `context` [1 or batch, tokens, width]. */
export type Tensors = Readonly<Record<string, Value>>;

export interface OpenedPrompts {
  readonly ref: Ref;
  /** Where words are drawn, a wording of each line that its place alone decides. */
  readonly texts: readonly string[];
  /** Absent: each line is its text. */
  readonly wordings?: PromptWordings;
  /** What a reward reads of one: its words, without the syntax of weights. */
  readonly words: (text: string) => string;
}

/** Lines of which words are drawn. */
export interface PromptWordings {
  readonly lines: readonly DynamicPrompt[];
  /** @param place of the line. @param stream equal ones draw equal words */
  readonly draw: (place: number, stream: RandomStream) => string;
  /** Of all lines together; Infinity where they cannot be counted. */
  readonly count: number;
}

export interface OpenedPart {
  readonly pipeline: Pipeline;
  /** What takes the place of the part's weights in a graph; absent: they are as they are in their files. */
  readonly adapt?: ((lowering: Lowering) => Adapt) | undefined;
  /** Of a network that draws videos: with which it was published. */
  readonly published?: PublishedSettings | undefined;
}

export interface OpenedVideoModel {
  readonly ref: Ref;
  /** Whose network draws videos. */
  readonly pipeline: Pipeline;
  /** With which it was published. */
  readonly published: PublishedSettings;
}

/** One that is adapted is changed by learning: it then runs in the graph, and not once for each text. */
export interface OpenedEncoder extends OpenedPart {
  readonly ref: Ref;
}

/** Where a sampler stands. */
export interface Point {
  readonly sampler: Ref;
  /** Of the sampler's steps in the graph, counted from where it stands. */
  readonly offset: number;
  /** x_t as the network takes it [batch, channels, height, width] */
  readonly sample: Value;
  /** On the negative side of guidance, where what steers in guess mode does not. */
  readonly isNegative?: true;
  readonly timestepOf: (index: number) => number;
}

export interface OpenedModel {
  readonly pipeline: Pipeline;
  /** Of a latent, without the batch: [channels, height, width]; of a video [channels, frames, height, width] */
  readonly latent: Shape;
  /** Images in one latent: those of a video, otherwise 1. */
  readonly frames: number;
  /** Of the variance of the noise that it starts from, what all frames have in common, unless a sampler says otherwise. */
  readonly sharedNoise: number;
  /** Pixels. */
  readonly size: { readonly height: number; readonly width: number };
  readonly timeProjection: TimestepProjection;
  /** The sampler over the noise that the model was trained with. */
  readonly scheduler: (name: SchedulerName, steps: number, options?: SchedulerOptions) => Scheduler;
  /** Of a model that ControlNets steer: itself without them, and them. */
  readonly steered?: SteeredModel;
  /** @param added by the names of the network's inputs: what steers it besides */
  readonly predict: (lowering: Lowering, point: Point, conditioning: Tensors, added?: Tensors) => Value;
}

export interface SteeredModel {
  readonly model: OpenedModel;
  /** What each adds to the inputs of its network is summed. */
  readonly steers: readonly Steer[];
  /** In guess mode nothing is added on the negative side. */
  readonly guess: boolean;
}

/** Texts that a text encoder reads: from them follows how many chunks the longest fills, and what is cut off. */
export interface TextsRead {
  readonly encoder: OpenedEncoder;
  readonly what: "prompt" | "negative" | "initial prompt";
  /** Where words of each are drawn, one of its wordings: of few the one that fills most chunks, of many the one of most tokens. */
  readonly texts: readonly string[];
  /** Whether words of them are drawn; absent: they stand where that cannot be asked for. */
  readonly isDynamic?: boolean;
  /** That wordings may fill which the longest do not tell of; absent: none fills more than these. */
  readonly chunks?: number;
  readonly reading: TextReading;
  /** The call that holds the words. */
  readonly from: Ref;
  /** Chunks that are kept, whatever other texts fill. */
  readonly most?: number;
}

export interface OpenedConditioning {
  /** The text encoder whose output it is, or stands for. */
  readonly space: EmbeddingSpace;
  readonly prompts: OpenedPrompts | null;
  /** Absent: it reads none of its own. */
  readonly reads?: TextsRead;
  readonly lower: (lowering: Lowering) => Tensors;
}

export interface OpenedPrediction {
  readonly model: OpenedModel;
  /** What images of it show. */
  readonly prompts: OpenedPrompts | null;
  readonly lower: (lowering: Lowering, point: Point) => Value;
  /** Of a guided prediction, how strongly. */
  readonly guidance?: number;
  /** The half of a guided prediction that follows the prompt. */
  readonly conditional?: (lowering: Lowering, point: Point) => Value;
  /** The same, computed pass after pass; absent: it is a single pass. */
  readonly passes?: PredictionPasses;
  /** Of a single pass, the same with what steers computed before; absent: nothing steers. */
  readonly steering?: PredictionSteering;
}

export interface PredictionSteering {
  /** What each ControlNet adds to the inputs of the network. */
  readonly residuals: readonly ((lowering: Lowering, point: Point) => Tensors)[];
  /** Whether they add nothing on the negative side. */
  readonly guess: boolean;
  /** @param residuals summed */
  readonly lower: (lowering: Lowering, point: Point, residuals: Tensors) => Value;
}

/** A prediction that the host puts together from others, so that only one of them needs memory at a time. */
export interface PredictionPasses {
  readonly of: readonly PredictionPass[];
  /** @param outputs of the passes, [batch, …] each */
  readonly combine: (outputs: readonly Float32Array[], batch: number) => Float32Array;
}

export interface PredictionPass {
  readonly prediction: OpenedPrediction;
  /** Whether it stands on the negative side of guidance. */
  readonly isNegative: boolean;
}

/** What a sampler draws, or the latents of images that exist. */
export type OpenedLatent = OpenedSampler | OpenedEncodedImages;

interface LatentValue {
  /** Whose latents they are. */
  readonly model: Pick<OpenedModel, "latent" | "frames" | "pipeline">;
  readonly prompts: OpenedPrompts | null;
  readonly lower: (lowering: Lowering) => Value;
}

export interface OpenedEncodedImages extends LatentValue {
  readonly kind: "images";
  /** @returns [channels, height, width] of the image of this number */
  readonly encoded: (picture: number) => Promise<Float32Array>;
}

/** A latent that a sampler draws. */
export interface OpenedSampler extends LatentValue {
  readonly kind: "sampler";
  readonly ref: Ref;
  readonly model: OpenedModel;
  readonly prediction: OpenedPrediction;
  readonly scheduler: Scheduler;
  /** Whether it adds noise at each step, and not at the first alone. */
  readonly addsNoise: boolean;
  /** Every how many steps the whole network runs; in between it goes on from deep features that were kept. 1: at every one. */
  readonly cacheInterval: number;
  /** Of the variance of a video's noise, what all frames have in common. */
  readonly sharedNoise: number;
  readonly gradient: SamplerGradient;
  /** Where its prediction is asked for in a graph, in order; none where its latent is given. */
  readonly points: (lowering: Lowering) => readonly Point[];
  /** What it starts from besides noise; `null`: noise alone. */
  readonly start: SamplerStart | null;
}

/** Which steps of a trajectory the gradient goes through. */
export type SamplerGradient =
  /** From some late steps to x̂0 (ReNeg): `count` of the `last` ones, drawn anew at each step of learning. */
  | { readonly kind: "foreseen"; readonly last: number; readonly count: number }
  /** Through the last steps, one after the other (DRaFT-K). */
  | { readonly kind: "unrolled"; readonly steps: number };

export interface SamplerStart {
  /** The sampling step at which the noised latent begins. */
  readonly from: number;
  readonly latent: (picture: number) => Promise<Float32Array>;
}

export interface OpenedImage {
  readonly ref: Ref;
  readonly size: { readonly height: number; readonly width: number };
  /** Of a video; otherwise 1. */
  readonly frames: number;
  readonly prompts: OpenedPrompts | null;
  /** → [batch · frames, 3, height, width] in −1…1, the frames of one behind one another */
  readonly lower: (lowering: Lowering) => Value;
  /** Of an image that exists: what is computed of it by something frozen is computed once. */
  readonly example?: ExampleImage;
}

export interface ExampleImage {
  /** The call that it is drawn from. */
  readonly examples: Ref;
  /** @param place of the example */
  readonly of: (place: number) => Promise<Pixels>;
}

/** Images that people have said something of. */
export interface OpenedExamples {
  readonly ref: Ref;
  readonly of: ExampleName;
  /** Of those that are drawn from, in the list of all. */
  readonly places: readonly number[];
  /** "" where none is known. */
  readonly textOf: (place: number) => string;
  /** 1 where the better image of a pair is better, 0.5 where neither is; of a single image how good it is. */
  readonly said: (place: number) => number;
  readonly image: (place: number, which: ImageOfExample) => Promise<Pixels>;
}
export type ImageOfExample = "better" | "worse" | "rated";

/** What scores images, and can be trained. */
export interface OpenedReward {
  readonly ref: Ref;
  readonly name: string;
  /** Whose files it looks through. */
  readonly base: ClipReward;
  /** Whether it needs the prompt of an image. */
  readonly isReading: boolean;
  /** What a difference of two scores is multiplied by to become a logit. */
  readonly contrast: number;
  /** → [batch · frames] */
  readonly score: (lowering: Lowering, image: OpenedImage) => Value;
}

export interface OpenedScore {
  readonly ref: Ref;
  /** What it is called where it is told. */
  readonly name: string;
  /** Absent: it is no reward's own score. */
  readonly reward?: Reward;
  /** It is 1 where an example is told right and 0 where not, so that its mean is a share of them. */
  readonly isShare?: true;
  /** Of a score that is trained: what a difference of two is multiplied by to become a logit. */
  readonly contrast?: number;
  /** What the reward judges by; absent: it looks at the image alone. */
  readonly prompts?: OpenedPrompts;
  /** → [batch] */
  readonly lower: (lowering: Lowering) => Value;
}

/** A parameter that stands in the place of a text. */
export interface OpenedEmbedding extends OpenedParameter, OpenedConditioning {}

/** A part of a pipeline with a parameter in it, beside its weights. */
export interface OpenedAdaptedPart extends OpenedParameter, OpenedPart {
  readonly pipeline: Pipeline;
}

/** What an optimizer changes: its tensors by name, what they start from, and how they are saved. */
export interface OpenedParameter extends StoredParameter {
  readonly ref: Ref;
  /** What is changed, as inputs of the graph. What is computed of them is another matter. */
  readonly tensors: (lowering: Lowering) => Tensors;
}

export interface OpenedControl {
  /** @throws Refusal for a model that it cannot steer */
  readonly steer: (model: OpenedModel) => Steer;
}

/** @returns what is added to the inputs of the network that is steered, by their names */
export type Steer = (lowering: Lowering, point: Point, conditioning: Tensors, isGuess: boolean) => Tensors;

/** By the kind of the value. */
export interface OpenedValues {
  readonly "text encoder": OpenedEncoder | (OpenedEncoder & OpenedAdaptedPart);
  readonly unet: OpenedPart | OpenedAdaptedPart;
  readonly vae: OpenedPart;
  readonly model: OpenedModel;
  readonly prompts: OpenedPrompts;
  readonly conditioning: OpenedConditioning;
  readonly embedding: OpenedEmbedding | OpenedConditioning;
  readonly prediction: OpenedPrediction;
  readonly latent: OpenedLatent;
  readonly image: OpenedImage;
  readonly score: OpenedScore;
  readonly control: OpenedControl;
  readonly "video model": OpenedVideoModel;
  readonly pairs: OpenedExamples;
  readonly "rated images": OpenedExamples;
  readonly reward: OpenedReward & OpenedParameter;
  readonly parameter: OpenedParameter | OpenedConditioning | OpenedPart | OpenedReward;
}
export type OpenedValue = OpenedValues[ValueKind];
