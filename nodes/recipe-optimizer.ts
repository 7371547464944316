// The optimizer of a recipe, as a node: what it says for all that is learned, and where one of these says something of its own.

import type { Recipe } from "../src-main/common/recipe.ts";
import { optimizerOf } from "./recipe-learned.ts";
import { said } from "./recipe-parts.ts";
import type { Said, WorkflowDraft } from "./workflow-draft.ts";

export function addOptimizer(draft: WorkflowDraft, recipe: Recipe): void {
  const { optimizer, earlyStopping } = recipe;
  const { type, parameters } = optimizerOf(recipe);
  const first = stepsOf(recipe, 0);
  draft.add({
    id: "optimizer",
    type,
    column: 7,
    key: "optimizer",
    params: {
      steps: said(recipe.steps, "steps"),
      batch: said(recipe.batch, "batch"),
      microBatch: said(recipe.microBatch, "microBatch"),
      seed: said(recipe.seed, "seed"),
      optimizer: said(optimizer.name, "optimizer.name"),
      learningRate: first.learningRate,
      weightDecay: first.weightDecay,
      schedule: said(optimizer.schedule, "optimizer.schedule"),
      warmup: said(optimizer.warmup, "optimizer.warmup"),
      clipNorm: said(optimizer.clipNorm, "optimizer.clipNorm"),
      pull: said(recipe.pull, "pull"),
      emaDecay: said(recipe.emaDecay, "emaDecay"),
      patience: said(earlyStopping?.patience, "earlyStopping.patience"),
      evaluateEvery: said(earlyStopping?.every, "earlyStopping.every"),
      evaluateImages: said(earlyStopping?.count, "earlyStopping.count"),
      ...Object.fromEntries(parameters.flatMap((port, place) => othersOf(recipe, port, place))),
    },
  });
}

/** What differs for a parameter from the first, whose settings are those of the node. */
function othersOf(recipe: Recipe, port: string, place: number): (readonly [string, Said])[] {
  if (place === 0 || place >= recipe.learn.length) return [];
  const [first, own] = [stepsOf(recipe, 0), stepsOf(recipe, place)];
  const [rate, decay] = [own.learningRate.value, own.weightDecay.value];
  const factor = rate === first.learningRate.value ? undefined : ratio(rate, first.learningRate.value);
  return [
    [`${port}Rate`, { value: factor, key: own.learningRate.key }],
    [`${port}WeightDecay`, { value: decay === first.weightDecay.value ? undefined : decay, key: own.weightDecay.key }],
  ];
}

/** How far a step of what is learned at a place goes: as it says itself, or else as all do. */
function stepsOf({ learn, optimizer }: Recipe, place: number) {
  const own = (setting: "learningRate" | "weightDecay") => {
    const value = learn[place]?.[setting];
    return value === undefined
      ? { value: optimizer[setting], key: `optimizer.${setting}` }
      : { value, key: `learn.${place}.${setting}` };
  };
  return { learningRate: own("learningRate"), weightDecay: own("weightDecay") };
}

/** As people write it: the last digit of a double would only show that it was divided. */
function ratio(value: number, of: number): number {
  return Number((value / of).toPrecision(15));
}
