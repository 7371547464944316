// A reward: how good a picture is for a prompt, as a number that can be differentiated by the picture.

import type { Shape } from "../../common/tensor.ts";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import type { WeightMap } from "../../weights/weight-map.ts";
import type { Adapt } from "../scope.ts";
import type { EncodedText } from "../tokenizer/clip-tokenizer.ts";
import type { Preprocessing } from "./preprocess.ts";

export type Values = Readonly<Record<string, Value>>;

export interface Reward extends OpenedReward {
  /** The kind's name, as recipes call it, and as people do. */
  readonly kind: string;
  readonly title: string;
}

/** What a kind makes of its files. */
export interface OpenedReward {
  /** The name of its folder or file. */
  readonly name: string;
  /** What was opened: a folder, or a file of weights. */
  readonly path: string;
  /** What is known about it, for people, by what it is about. */
  readonly facts: Readonly<Record<string, string>>;
  /** All that it reads, by the names that its networks use. */
  readonly weights: WeightMap;
  /** How prompts become numbers; null if the score only looks at the picture. */
  readonly text: RewardText | null;
  /** image [batch, 3, height, width] in −1…1, the features of a prompt for each → [batch] */
  readonly score: (b: GraphBuilder, image: Value, text: Values, adapt?: Adapt) => Value;
  /** What of it can be trained; absent: nothing. */
  readonly clip?: RewardClip;
}

/** The CLIP that a reward looks through. */
export interface RewardClip {
  readonly preprocessing: Preprocessing;
  /** Of what both towers give. */
  readonly width: number;
  /** How far apart two scores are, in units of the reward's own certainty: what a difference is multiplied by to become a logit. */
  readonly contrast: number;
  /** By the names that LoRA are saved under: those of CLIPModel. */
  readonly weights: WeightMap;
  /** image [batch, 3, height, width] in −1…1 → [batch, width], of length 1 */
  readonly embed: (b: GraphBuilder, image: Value) => Value;
}

export interface RewardText {
  readonly tokenizer: RewardTokenizer;
  /** What the score needs of a prompt, by name: the shapes, without the batch. */
  readonly features: Readonly<Record<string, Shape>>;
  /** int64 [batch, tokens] twice → the features, float32 [batch, …]. Needed once for each prompt. */
  readonly encode: (b: GraphBuilder, inputIds: Value, attentionMask: Value, adapt?: Adapt) => Values;
}

export interface RewardTokenizer {
  /** Ids of an encoded text, padding included. */
  readonly length: number;
  readonly encode: (text: string) => EncodedText;
}
