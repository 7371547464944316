// The workflow of a recipe from pairs: a reward that is learned scores both images of each, and goes to the optimizer by Preference Loss.

import type { LearnedReward, PairsRecipe, RewardKind } from "../src-main/common/pairs-recipe.ts";
import { addOptimizer, OPTIMIZER, wireParameter } from "./recipe-optimizer.ts";
import { loraParamsOf, said } from "./recipe-parts.ts";
import type { Said, WorkflowDraft } from "./workflow-draft.ts";

/** The node of what is learned. */
const REWARD_NODES = {
  "reward head": "reward/head",
  "reward lora": "reward/lora",
} as const satisfies Readonly<Record<RewardKind, string>>;

export function addPairs(draft: WorkflowDraft, recipe: PairsRecipe): void {
  const {
    pairs: { path, heldBack, seed },
    learn: [item],
  } = recipe;
  draft.add({
    id: "pairs",
    type: "reward/preference-pairs",
    column: 0,
    key: "pairs",
    params: {
      source: said(path, "pairs.path"),
      share: said(heldBack, "pairs.heldBack"),
      seed: said(seed, "pairs.seed"),
    },
  });
  draft.add({ id: "reward", type: REWARD_NODES[item.kind], column: 0, key: "learn.0", params: paramsOf(item) });
  draft.add({
    id: "loss",
    type: "reward/preference-loss",
    column: 6,
    key: "pairs",
    params: { scale: said(recipe.scale, "scale") },
  });
  draft.wire("pairs.pairs", "loss.pairs");
  draft.wire("reward.reward", "loss.reward");
  addOptimizer(draft, recipe, OPTIMIZER);
  draft.wire("loss.objective", "optimizer.objective");
  // Also where none are held back: whatever share a sweep puts in counts.
  draft.wire("pairs.heldBack", "loss.heldBack");
  draft.wire("loss.heldBack", "optimizer.watched");
  wireParameter(draft, recipe, 0, { optimizer: OPTIMIZER, end: "reward.reward", file: "reward" });
}

function paramsOf(item: LearnedReward): Readonly<Record<string, Said>> {
  const at = (value: unknown, part: string): Said => said(value, `learn.0.${part}`);
  const path = at(item.base, "base");
  switch (item.kind) {
    case "reward head":
      return {
        path,
        features: at(item.features, "features"),
        hidden: at(item.hidden, "hidden"),
        bias: at(item.bias, "bias"),
        format: at(item.format, "format"),
        seed: at(item.seed, "seed"),
        start: at(item.start, "start"),
      };
    case "reward lora":
      return { path, score: at(item.score, "score"), towers: at(item.towers, "towers"), ...loraParamsOf(item, at) };
  }
}
