// Rewards of every kind, as folders and as single files: what they score, what they look at, and whether their weights fit.

import { basename } from "node:path";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import { openReward, rewardKindOf } from "../../models/reward/open-reward.ts";
import { rewardTextGraph } from "../../sampling/reward-text.ts";
import { attempt } from "./attempt.ts";
import { type Description, fact, type File } from "./kind.ts";
import { weightFacts } from "./weight-facts.ts";

/** Several rewards in one folder are rewards too, though none can be opened. */
export function isReward(path: string): boolean {
  const { value, problems } = attempt(() => rewardKindOf(path));
  return value !== undefined || problems.some(({ code }) => code === "reward-several");
}

/** Files of the kinds that weights have; others are not read for their tensors. */
export function isRewardFile({ path, size }: File): boolean {
  return size > 0 && /\.(safetensors|pt|pth|bin|ckpt)$/i.test(path) && !isOwnFile(path) && isReward(path);
}

/** What transformers reads as a part of its folder is described with the folder. */
function isOwnFile(path: string): boolean {
  return /^(pytorch_)?model\b/.test(basename(path));
}

export function describeReward(path: string): Description {
  const { value: kind, problems: refused } = attempt(() => rewardKindOf(path));
  const { value, problems } = attempt(() => openAndCheck(path));
  // What makes it unrecognisable keeps it from being opened too.
  return { ...(kind && { title: kind.title }), ...value, problems: refused.length > 0 ? refused : problems };
}

/** Builds the graphs, so that a tensor that is missing or has another shape is told. */
function openAndCheck(path: string): Description {
  const reward = openReward(path);
  if (reward.text !== null) rewardTextGraph(reward.text);
  const b = new GraphBuilder();
  const features = Object.entries(reward.text?.features ?? {}).map(([name, shape]) => [
    name,
    b.input(name, "float32", [1, ...shape]),
  ]);
  reward.score(b, b.input("image", "float32", [1, 3, 32, 32]), Object.fromEntries(features));
  return {
    facts: [...Object.entries(reward.facts).map(([name, value]) => fact(name, value)), ...weightFacts(reward.weights)],
  };
}
