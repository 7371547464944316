// Rewards that compare a picture with a prompt by CLIP: the cosine of their embeddings, or that times the model's own factor.

import { basename } from "node:path";
import type { RewardOptions, ScoreScale } from "../../common/reward-options.ts";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { readTensorAt } from "../../weights/read-tensor.ts";
import type { WeightMap } from "../../weights/weight-map.ts";
import type { ClipConfig } from "../clip/clip-config.ts";
import { clipImageEmbedding, clipTextEmbedding, ownOfClip, strangersToClip } from "../clip/clip.ts";
import { type Adapt, readAll, refuseUnread, rootScope } from "../scope.ts";
import { type Preprocessing, preprocess, printPreprocessing } from "./preprocess.ts";
import type { OpenedReward, RewardTokenizer } from "./reward.ts";

export interface ClipParts {
  /** As the user gave it. */
  readonly path: string;
  readonly config: ClipConfig;
  /** By the names of CLIPModel. */
  readonly weights: WeightMap;
  readonly tokenizer: RewardTokenizer;
  readonly preprocessing: Preprocessing;
  /** As the reward is published. */
  readonly scale: ScoreScale;
}

export function clipReward(parts: ClipParts, options: RewardOptions): OpenedReward {
  const { path, config, weights, tokenizer } = parts;
  const preprocessing = { ...parts.preprocessing, antialias: options.antialias ?? parts.preprocessing.antialias };
  const scale = options.score ?? parts.scale;
  const width = config.projection_dim;
  const embed = (b: GraphBuilder, image: Value, adapt?: Adapt): Value =>
    readAll(b, weights, { file: path, own: ownOfClip(false, true), adapt }, (scope) =>
      clipImageEmbedding(scope, config, preprocess(b, image, preprocessing)),
    );
  refuseUnread(strangersToClip(weights.keys()), path);
  return {
    name: basename(path),
    path,
    weights,
    facts: {
      score: printScore(scale, weights),
      ...clipFacts(config),
      resizing: printPreprocessing(preprocessing),
      "shared width": String(width),
    },
    text: {
      tokenizer,
      features: { text: [width] },
      encode: (b, inputIds, attentionMask, adapt) =>
        readAll(b, weights, { file: path, own: ownOfClip(true, false), adapt }, (scope) => ({
          text: clipTextEmbedding(scope, config, { inputIds, attentionMask }),
        })),
    },
    score: (b, image, { text }, adapt) => {
      if (text === undefined) throw new Error("a CLIP reward was built without its text");
      const cosine = b.sum(b.mul(embed(b, image, adapt), text), [1], 0);
      if (scale === "cosine") return cosine;
      return b.mul(cosine, b.exp(rootScope(b, weights, { file: path }).weight("logit_scale", [])));
    },
    clip: {
      preprocessing,
      width,
      contrast: scale === "cosine" ? (logitScaleOf(weights) ?? 1) : 1,
      weights,
      embed,
    },
  };
}

export function clipFacts({ vision_config: vision, text_config: text }: ClipConfig): Readonly<Record<string, string>> {
  const { image_size: side, patch_size: patch } = vision;
  return {
    picture: `${side}×${side} pixels in patches of ${patch}×${patch}`,
    "vision tower": printTower(vision),
    "text tower": `${printTower(text)}; ${text.max_position_embeddings} tokens of ${text.vocab_size}`,
    activation: [...new Set([vision.hidden_act, text.hidden_act])].join(", "),
  };
}

interface Tower {
  readonly num_hidden_layers: number;
  readonly hidden_size: number;
  readonly num_attention_heads: number;
}

function printTower({ num_hidden_layers: layers, hidden_size: width, num_attention_heads: heads }: Tower): string {
  return `${layers} layers of width ${width}, ${heads} heads`;
}

/** e^logit_scale; `undefined` where the file holds none. */
function logitScaleOf(weights: WeightMap): number | undefined {
  const location = weights.get("logit_scale");
  return location === undefined ? undefined : Math.exp(Number(readTensorAt(location).data[0]));
}

function printScore(scale: ScoreScale, weights: WeightMap): string {
  const factor = logitScaleOf(weights)?.toFixed(1) ?? "?";
  return scale === "cosine"
    ? `cosine of picture and prompt (logits: times ${factor})`
    : `cosine of picture and prompt, times ${factor}`;
}
