// The optimizer of a recipe, as a node: what it says for all that is learned, and where one of these says something of its own.

import type { LearnedSettings, RecipeTraining } from "../src-main/common/recipe-training.ts";
import { said } from "./recipe-parts.ts";
import type { Said, WorkflowDraft } from "./workflow-draft.ts";

/** A recipe of any kind. */
interface TrainedRecipe extends RecipeTraining {
  readonly learn: readonly LearnedSettings[];
}

export interface OptimizerNode {
  readonly type: string;
  /** Ports that what is learned comes in at, in its order. */
  readonly parameters: readonly string[];
  /** Ports that each goes out from. */
  readonly results: readonly string[];
}

const PORTS = ["first", "second", "third", "fourth"];

/** That of all kinds. */
export const OPTIMIZER: OptimizerNode = { type: "learning/optimizer", parameters: PORTS, results: PORTS };

/** Of what is learned at a place. @throws Error where the optimizer has none: no recipe learns so many */
export function portAt(ports: readonly string[], place: number): string {
  const port = ports[place];
  if (port === undefined) throw new Error(`the optimizer has no port for what is learned at ${place}`);
  return port;
}

/** @param params what not every kind of recipe says */
export function addOptimizer(
  draft: WorkflowDraft,
  recipe: TrainedRecipe,
  { type, parameters }: OptimizerNode,
  params: Readonly<Record<string, Said>> = {},
): void {
  const { optimizer } = recipe;
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
      ...params,
      ...Object.fromEntries(parameters.flatMap((port, place) => othersOf(recipe, port, place))),
    },
  });
}

interface LearnedEnd {
  readonly optimizer: OptimizerNode;
  /** Of the wire that gives it. */
  readonly end: string;
  /** What its file is called, unless the recipe says so. */
  readonly file: string;
}

/** From what is learned at a place to the optimizer, and from there to its file. */
export function wireParameter(
  draft: WorkflowDraft,
  { learn, saveAs, checkpoints }: TrainedRecipe,
  place: number,
  { optimizer: { parameters, results }, end, file }: LearnedEnd,
): void {
  const port = portAt(parameters, place);
  draft.wire(end, `optimizer.${port}`);
  draft.keys.set(`optimizer.${port}`, `learn.${place}`);
  const own = learn[place]?.saveAs;
  const isFirst = own === undefined && place === 0;
  const named = isFirst ? saveAs : own;
  const key = isFirst ? "saveAs" : `learn.${place}.saveAs`;
  const save = draft.add({
    id: "save",
    type: "embedding/save",
    column: 8,
    key,
    params: {
      name: said((named ?? file).replace(/\.safetensors$/, ""), key),
      every: said(checkpoints.every, "checkpoints.every"),
      keep: said(checkpoints.keep, "checkpoints.keep"),
    },
  });
  draft.wire(`optimizer.${portAt(results, place)}`, `${save}.embedding`);
}

/** What differs for a parameter from the first, whose settings are those of the node. */
function othersOf(recipe: TrainedRecipe, port: string, place: number): (readonly [string, Said])[] {
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
function stepsOf({ learn, optimizer }: TrainedRecipe, place: number) {
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
