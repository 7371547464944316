// Makes the fixture that the program refactor is held to: steps of the emoji recipe as commit 9065420 computes them, which has a hand-written
// loop over separate sessions. FOLDER is a checkout of that commit with its packages:
//
//     node bench/parity/make-first-design-fixture.ts FOLDER
//
// Writes fixtures/first-design.safetensors, for the cases of first-design.ts.

import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { floatTensor, type FloatTensor } from "../../src-main/common/tensor.ts";
import { writeSafetensors } from "../../src-main/weights/safetensors.ts";
import { firstDesignCases, type FirstDesignCase } from "./first-design.ts";
import { fixtureFile } from "./manifest.ts";

/** What is used of that commit. */
interface FirstDesign {
  readonly makePlan: (recipe: unknown, folder: string) => Plan;
  readonly parseRecipe: (json: unknown, file: string) => unknown;
  readonly openLearner: (plan: Plan, options: { readonly device: "cpu" }) => Promise<{ readonly learner: Learner }>;
  readonly renegStep: (
    learner: Learner,
    batch: object,
  ) => Promise<{ readonly rewards: Float32Array; readonly gradient: Float32Array }>;
  readonly learnStep: (learner: Learner, plan: Plan, state: State) => Promise<{ readonly state: State }>;
  readonly initialState: (start: Float32Array, withAverage: boolean) => State;
  readonly drawPrompts: (plan: Plan, step: number) => string[];
  readonly drawNoise: (plan: Plan, step: number, first: number, count: number, length: number) => Float32Array;
  readonly drawGradientSteps: (plan: Plan, step: number) => number[];
  readonly encodeText: (generator: Learner["generator"], text: string) => Promise<Float32Array>;
  readonly latentLength: (generator: Learner["generator"]) => number;
  readonly joinArrays: (arrays: readonly Float32Array[]) => Float32Array;
}
interface Plan {
  readonly batch: number;
  readonly sampler: { readonly guidance: number };
}
interface Learner {
  readonly generator: {
    readonly size: { readonly batch: number };
    readonly sessions: { readonly release: () => Promise<void> };
    readonly pipeline: { readonly tokens: number; readonly width: number };
  };
}
interface State {
  readonly negative: Float32Array;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("name the folder of a checkout of commit 9065420");
await main(await load(resolve(folder)), join(resolve(folder), "resources", "emoji"));

async function load(root: string): Promise<FirstDesign> {
  const files = [
    "plan",
    "open-learner",
    "reneg-step",
    "learn-step",
    "learning-state",
    "draws",
    "generator",
    "join-arrays",
  ];
  const modules: object[] = [];
  for (const file of files)
    modules.push(await import(pathToFileURL(join(root, "src-main", "training", `${file}.ts`)).href));
  // The names are those of that commit, which does not change any more.
  return Object.assign({}, ...modules) as FirstDesign;
}

async function main(design: FirstDesign, models: string): Promise<void> {
  const tensors: Record<string, FloatTensor> = {};
  for (const one of firstDesignCases) Object.assign(tensors, await runCase(design, one, models));
  writeSafetensors(fixtureFile("first-design.safetensors"), tensors);
}

async function runCase(
  design: FirstDesign,
  one: FirstDesignCase,
  models: string,
): Promise<Record<string, FloatTensor>> {
  const recipe = {
    format: "reneg-recipe",
    formatVersion: 1,
    pipeline: "emoji",
    ...one.recipe,
    prompts: { file: "prompts/train.txt" },
    rewards: one.recipe.rewards.map(({ name, weight }) => ({ path: `rewards/${name}`, weight })),
  };
  const plan = design.makePlan(design.parseRecipe(recipe, "recipe"), models);
  const { learner } = await design.openLearner(plan, { device: "cpu" });
  const { generator } = learner;
  const shape = [1, generator.pipeline.tokens, generator.pipeline.width];
  const start = await design.encodeText(generator, "");
  const tensors: Record<string, FloatTensor> = {};
  for (const step of one.gradients) {
    const { rewards, gradient } = await gradientAt(design, learner, plan, start, step);
    tensors[`${one.name}.rewards.${step}`] = floatTensor([plan.batch], rewards);
    tensors[`${one.name}.gradient.${step}`] = floatTensor(shape, gradient);
  }
  let state = design.initialState(start, true);
  for (let step = 0; step < one.steps; step++) ({ state } = await design.learnStep(learner, plan, state));
  if (one.steps > 0) tensors[`${one.name}.negative.${one.steps}`] = floatTensor(shape, state.negative);
  await generator.sessions.release();
  console.log(`${one.name}: ${Object.keys(tensors).length} tensors`);
  return tensors;
}

/** Of the mean over the batch, before the optimizer sees it. */
async function gradientAt(design: FirstDesign, learner: Learner, plan: Plan, negative: Float32Array, step: number) {
  const { generator } = learner;
  const { batch: size } = generator.size;
  const prompts = design.drawPrompts(plan, step);
  const rewards: number[] = [];
  const gradient = new Float32Array(negative.length);
  for (let first = 0; first < plan.batch; first += size) {
    const part = prompts.slice(first, first + size);
    const positive: Float32Array[] = [];
    for (const prompt of part) positive.push(await design.encodeText(generator, prompt));
    const outcome = await design.renegStep(learner, {
      prompts: part,
      noise: design.drawNoise(plan, step, first, size, design.latentLength(generator)),
      guidance: { positive: design.joinArrays(positive), negative, scale: plan.sampler.guidance },
      indices: design.drawGradientSteps(plan, step),
    });
    rewards.push(...outcome.rewards);
    outcome.gradient.forEach((n, i) => (gradient[i] = (gradient[i] ?? 0) + n));
  }
  return { rewards, gradient: gradient.map((n) => n / plan.batch) };
}
