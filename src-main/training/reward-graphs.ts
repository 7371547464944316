// The stages of a reward as graphs: the features of a prompt, the score of a picture, and its gradient.

import { appendGradient } from "../compiler/gradient.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph } from "../compiler/graph.ts";
import type { Reward, RewardText } from "../models/reward/reward.ts";
import type { StageSize } from "./stage-graphs.ts";

/** input_ids and attention_mask int64 [batch, tokens] → the features of the prompts, by name */
export function rewardTextGraph({ tokenizer, encode }: RewardText, batch: number): Graph {
  const b = new GraphBuilder();
  const shape = [batch, tokenizer.length];
  const inputIds = b.input("input_ids", "int64", shape);
  const features = encode(b, inputIds, b.input("attention_mask", "int64", shape));
  for (const [name, value] of Object.entries(features)) b.output(name, value);
  return b.build();
}

/** image [batch, 3, height, width] and the features of a prompt for each → score [batch] */
export function rewardGraph(reward: Reward, image: StageSize): Graph {
  const b = new GraphBuilder();
  b.output("score", judge(b, reward, image).score);
  return b.build();
}

/** As `rewardGraph`, and the gradient of the sum of the scores to the image. */
export function rewardGradientGraph(reward: Reward, size: StageSize): Graph {
  const b = new GraphBuilder();
  const { image, score } = judge(b, reward, size);
  const ones = b.constant("float32", score.shape, new Float64Array(size.batch).fill(1));
  const [gradient] = appendGradient(b, [{ value: score, cotangent: ones }], [image]);
  b.output("score", score);
  b.output("gradient", gradient ?? b.zeros(image));
  return b.build();
}

function judge(b: GraphBuilder, reward: Reward, { batch, height, width }: StageSize) {
  const image = b.input("image", "float32", [batch, 3, height, width]);
  const features = Object.entries(reward.text?.features ?? {});
  const text = features.map(([name, shape]) => [name, b.input(name, "float32", [batch, ...shape])] as const);
  return { image, score: reward.score(b, image, Object.fromEntries(text)) };
}
