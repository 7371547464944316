// The part of a recipe that the optimizer's inputs and parameters decide.

import type { RecipeInput } from "../src-main/common/recipe.ts";
import type { Embedding, Fragments } from "./fragments.ts";
import type { OptimizerParams } from "./optimizer-params.ts";

export function learningRecipe(
  { image, rewards }: Fragments["score"],
  parameter: Embedding,
  watched: readonly Fragments["score"][],
  params: OptimizerParams,
): RecipeInput {
  const { steps, batch, microBatch, lastSteps, gradientSteps, seed, pull, emaDecay } = params;
  const { optimizer: name, learningRate, weightDecay, schedule, warmup, clipNorm } = params;
  const { model, scheduler, scale } = image;
  return {
    ...model.pipeline,
    ...image.reading,
    rewards: [...rewards],
    heldOut: watched.flatMap((score) => score.rewards.map(withoutWeight)),
    prompts: image.prompts,
    start: parameter.start,
    steps,
    batch,
    microBatch,
    seed,
    ...(model.size === null ? {} : { size: model.size }),
    sampler: { scheduler, steps: image.steps, guidance: scale, lastSteps, gradientSteps },
    optimizer: {
      name,
      learningRate,
      weightDecay,
      schedule,
      warmup,
      ...(clipNorm === null ? {} : { clipNorm }),
    },
    pull,
    ...(emaDecay === null ? {} : { emaDecay }),
  };
}

function withoutWeight(reward: Fragments["score"]["rewards"][number]) {
  const { weight: _, ...watched } = reward;
  return watched;
}
