// The workflow of a recipe that draws: from a pipeline and prompts to images, to their rewards, and to what is learned from these.

import { refuse } from "../src-main/common/diagnostic.ts";
import type { DrawingRecipe } from "../src-main/common/drawing-recipe.ts";
import { EMBEDDED_NAME } from "../src-main/common/embedded-name.ts";
import { addLearned, negativeOf, optimizerOf, unetOf, wireLearned } from "./recipe-learned.ts";
import { addOptimizer } from "./recipe-optimizer.ts";
import { addBranch, addPrompts, addReward, encoderOf, readingOf, said } from "./recipe-parts.ts";
import { addApplication, addEvaluation, addPerSample, addPreview } from "./recipe-sinks.ts";
import type { Said, WorkflowDraft } from "./workflow-draft.ts";

/** Rewards that come with the embedded pipeline, where a recipe names none. */
const COMPANIONS = { preference: "emoji:rewards/preference", heldOut: "emoji:rewards/held-out" };

/**
 * @param drawsImages of the path of a model that is applied to: whether it is a pipeline of images, and not one of videos
 * @throws Refusal for a recipe that names no reward, where none comes with the pipeline
 */
export function addDrawing(draft: WorkflowDraft, recipe: DrawingRecipe, drawsImages: (path: string) => boolean): void {
  addImages(draft, recipe);
  addObjective(draft, recipe);
  recipe.previews.forEach((_, i) => addPreview(draft, recipe, i));
  recipe.evaluations.forEach((_, i) => addEvaluation(draft, recipe, i));
  recipe.perSample.forEach((_, i) => addPerSample(draft, recipe, i));
  recipe.applications.forEach((_, i) => addApplication(draft, recipe, i, drawsImages));
}

function addImages(draft: WorkflowDraft, recipe: DrawingRecipe): void {
  addPrompts(draft, { id: "prompts", column: 0, key: "prompts" }, recipe.prompts, recipe);
  draft.add({
    id: "pipeline",
    type: "model/pipeline",
    column: 0,
    key: "pipeline",
    params: {
      path: said(recipe.pipeline, "pipeline"),
      tokenizer: said(recipe.tokenizer, "tokenizer"),
      textEncoder: said(recipe.textEncoder, "textEncoder"),
      base: said(recipe.base, "base"),
      prediction: said(recipe.prediction, "prediction"),
      weights: said(recipe.ema === undefined ? undefined : recipe.ema ? "ema" : "trained", "ema"),
    },
  });
  draft.add({
    id: "encoder",
    type: "model/encoder",
    column: 1,
    key: "prompts",
    params: { longPrompts: said(recipe.longPrompts, "longPrompts"), ...readingOf(recipe) },
  });
  draft.add({
    id: "unet",
    type: "model/unet",
    column: 1,
    key: "size",
    params: { height: said(recipe.size?.height, "size.height"), width: said(recipe.size?.width, "size.width") },
  });
  draft.wire("prompts.prompts", "encoder.prompts");
  addLearned(draft, recipe);
  draft.wire(encoderOf(recipe), "encoder.encoder");
  draft.wire(unetOf(recipe), "unet.unet");
  const { scheduler, steps, guidance, cacheInterval, lastSteps, gradientSteps } = recipe.sampler;
  const gradient = gradientSteps === 1 ? "one late step" : "several late steps";
  addBranch(draft, "", {
    negative: negativeOf(recipe),
    key: "sampler",
    guidance,
    sampler: {
      scheduler: said(scheduler, "sampler.scheduler"),
      steps: said(steps, "sampler.steps"),
      cacheInterval: said(cacheInterval === 1 ? undefined : cacheInterval, "sampler.cacheInterval"),
      gradient: said(gradient, "sampler.gradientSteps"),
      lastSteps: said(lastSteps, "sampler.lastSteps"),
      gradientSteps: said(gradientSteps === 1 ? undefined : gradientSteps, "sampler.gradientSteps"),
    },
  });
}

function addObjective(draft: WorkflowDraft, recipe: DrawingRecipe): void {
  const isEmbedded = recipe.pipeline === EMBEDDED_NAME;
  const rewards = recipe.rewards ?? (isEmbedded ? [{ path: COMPANIONS.preference, weight: 1 }] : []);
  const heldOut = recipe.heldOut ?? (isEmbedded ? [{ path: COMPANIONS.heldOut }] : []);
  if (rewards.length === 0) {
    refuse({
      code: "recipe-reward",
      at: { part: "rewards" },
      message: "the recipe names no reward, and none comes with this pipeline",
      help: 'name a reward: "rewards": [{"path": "…"}]; docs/rewards.md lists them',
    });
  }
  const scores = rewards.map(({ weight, ...reward }, i) => ({
    node: addReward(draft, "reward", reward, `rewards.${i}`),
    weight: said(weight, `rewards.${i}.weight`),
  }));
  addOptimizer(draft, recipe, optimizerOf(recipe), {
    patience: said(recipe.earlyStopping?.patience, "earlyStopping.patience"),
    evaluateEvery: said(recipe.earlyStopping?.every, "earlyStopping.every"),
    evaluateImages: said(recipe.earlyStopping?.count, "earlyStopping.count"),
  });
  draft.keys.set("optimizer.objective", "sampler.guidance");
  draft.wire(`${addSum(draft, scores)}.score`, "optimizer.objective");
  for (const [i, reward] of heldOut.entries())
    draft.wire(`${addReward(draft, "held-out", reward, `heldOut.${i}`)}.score`, "optimizer.watched");
  const evaluated = recipe.earlyStopping?.prompts;
  if (evaluated !== undefined) {
    const from = addPrompts(
      draft,
      { id: "early-stopping-prompts", column: 6, key: "earlyStopping.prompts" },
      evaluated,
      recipe,
    );
    draft.wire(`${from}.prompts`, "optimizer.heldOutPrompts");
  }
  wireLearned(draft, recipe);
}

interface Score {
  readonly node: string;
  readonly weight: Said;
}

const SUMMANDS = ["first", "second", "third", "fourth"] as const;

/** A node adds up four: more go into a sum of sums. @returns the node that gives the sum */
function addSum(draft: WorkflowDraft, scores: readonly Score[]): string {
  const [only, ...others] = scores;
  if (only !== undefined && others.length === 0 && only.weight.value === 1) return only.node;
  const some = scores.slice(0, SUMMANDS.length);
  const params = some.map(({ weight }, i) => [`${SUMMANDS[i]}Weight`, weight] as const);
  const sum = draft.add({
    id: "combine",
    type: "reward/combine",
    column: 6,
    key: "rewards",
    params: Object.fromEntries(params),
  });
  some.forEach(({ node }, i) => draft.wire(`${node}.score`, `${sum}.${SUMMANDS[i]}`));
  const rest = scores.slice(SUMMANDS.length);
  return rest.length === 0 ? sum : addSum(draft, [{ node: sum, weight: said(1, "rewards") }, ...rest]);
}
