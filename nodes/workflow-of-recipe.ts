// A recipe is a short way to write a workflow: this is the workflow that it stands for.

import { type Diagnostic, refuse } from "../src-main/common/diagnostic.ts";
import { EMBEDDED_NAME } from "../src-main/common/embedded-name.ts";
import { writePrompts } from "../src-main/common/prompt-lines.ts";
import type { Recipe } from "../src-main/common/recipe.ts";
import type { Negative } from "../src-main/common/sampling.ts";
import type { Workflow } from "../src-main/common/workflow.ts";
import { type Said, WorkflowDraft } from "./workflow-draft.ts";

export interface WorkflowOfRecipe {
  readonly workflow: Workflow;
  /** The key of the recipe that says what is at `node.param`, at `node.port`, or at the node. */
  readonly keys: ReadonlyMap<string, string>;
}

/** Rewards that come with the embedded pipeline, where a recipe names none. */
const COMPANIONS = { preference: "emoji:rewards/preference", heldOut: "emoji:rewards/held-out" };

/**
 * @param drawsImages of the path of a model that is applied to: whether it is a pipeline of images, and not one of videos
 * @throws Refusal for a recipe that names no reward, where none comes with the pipeline
 */
export function workflowOfRecipe(
  recipe: Recipe,
  drawsImages: (path: string) => boolean = () => false,
): WorkflowOfRecipe {
  const draft = new WorkflowDraft();
  addImages(draft, recipe);
  addObjective(draft, recipe);
  recipe.previews.forEach((_, i) => addPreview(draft, recipe, i));
  recipe.evaluations.forEach((_, i) => addEvaluation(draft, recipe, i));
  recipe.perSample.forEach((_, i) => addPerSample(draft, recipe, i));
  recipe.applications.forEach((_, i) => addApplication(draft, recipe, i, drawsImages));
  return { workflow: draft.workflow(), keys: draft.keys };
}

/** What is wrong with the workflow, told at the keys of its recipe. */
export function atKeys(diagnostics: readonly Diagnostic[], keys: WorkflowOfRecipe["keys"]): Diagnostic[] {
  const placed = ({ node, port, param, ...at }: Diagnostic["at"]): Diagnostic["at"] => {
    const part = keys.get(`${node}.${param ?? port}`) ?? keys.get(node ?? "");
    return part === undefined ? at : { ...at, part };
  };
  return diagnostics.map(({ notes, ...diagnostic }) => ({
    ...diagnostic,
    at: placed(diagnostic.at),
    ...(notes === undefined ? {} : { notes: notes.map((note) => ({ ...note, at: placed(note.at) })) }),
  }));
}

type Prompts = Recipe["prompts"];

function said(value: unknown, key: string): Said {
  return { value, key };
}

function addPrompts(draft: WorkflowDraft, id: string, column: number, prompts: Prompts, key: string): string {
  const params = Array.isArray(prompts)
    ? { text: said(writePrompts(prompts), key) }
    : { file: said(prompts.file, `${key}.file`), first: said(prompts.first, `${key}.first`) };
  return draft.add({ id, type: "input/prompts", column, key, params });
}

function addImages(draft: WorkflowDraft, recipe: Recipe): void {
  addPrompts(draft, "prompts", 0, recipe.prompts, "prompts");
  draft.add({
    id: "pipeline",
    type: "model/pipeline",
    column: 0,
    key: "pipeline",
    params: {
      path: said(recipe.pipeline, "pipeline"),
      tokenizer: said(recipe.tokenizer, "tokenizer"),
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
  draft.wire("pipeline.encoder", "encoder.encoder");
  draft.wire("pipeline.unet", "unet.unet");
  addEmbedding(draft, "negative", recipe, recipe.start, "start");
  const { scheduler, steps, guidance, lastSteps, gradientSteps } = recipe.sampler;
  const gradient = gradientSteps === 1 ? "one late step" : "several late steps";
  addBranch(draft, "", {
    negative: "negative",
    key: "sampler",
    guidance,
    sampler: {
      scheduler: said(scheduler, "sampler.scheduler"),
      steps: said(steps, "sampler.steps"),
      gradient: said(gradient, "sampler.gradientSteps"),
      lastSteps: said(lastSteps, "sampler.lastSteps"),
      gradientSteps: said(gradientSteps === 1 ? undefined : gradientSteps, "sampler.gradientSteps"),
    },
  });
}

function readingOf({ promptWeights, embeddings }: Recipe): Readonly<Record<string, Said>> {
  return { promptWeights: said(promptWeights, "promptWeights"), embeddings: said(embeddings, "embeddings") };
}

/** What stands on the negative side, as a node; `null`: nothing does. */
function addEmbedding(draft: WorkflowDraft, id: string, recipe: Recipe, start: Negative, key: string): string {
  const embedding = draft.add({
    id,
    type: "embedding/negative",
    column: 1,
    key,
    params: { text: said(start.kind === "text" ? start.text : undefined, `${key}.text`), ...readingOf(recipe) },
  });
  draft.wire("pipeline.encoder", `${embedding}.encoder`);
  if (start.kind === "embedding")
    draft.wire(`${addLoaded(draft, `${id}-start`, start.file, key)}.embedding`, `${embedding}.start`);
  return embedding;
}

function addLoaded(draft: WorkflowDraft, id: string, file: string, key: string): string {
  const params = { file: said(file, `${key}.file`) };
  const loaded = draft.add({ id, type: "embedding/load", column: 0, key, params });
  draft.wire("pipeline.encoder", `${loaded}.encoder`);
  return loaded;
}

interface Branch {
  /** The node whose embedding stands on the negative side; `null`: the empty text. */
  readonly negative: string | null;
  readonly key: string;
  readonly guidance: number;
  readonly sampler: Readonly<Record<string, Said>>;
}

/** From the UNet to an image. @returns the decoder */
function addBranch(draft: WorkflowDraft, prefix: string, { negative, key, guidance, sampler }: Branch): string {
  const scale = said(guidance, `${key}.guidance`);
  const cfg = draft.add({ id: `${prefix}cfg`, type: "sampling/cfg", column: 2, key, params: { scale } });
  const drawn = draft.add({ id: `${prefix}sampler`, type: "sampling/sampler", column: 3, key, params: sampler });
  const decoder = draft.add({ id: `${prefix}decoder`, type: "sampling/vae-decoder", column: 4, key });
  draft.wire("unet.model", `${cfg}.model`);
  draft.wire("encoder.condition", `${cfg}.positive`);
  if (negative !== null) draft.wire(`${negative}.embedding`, `${cfg}.negative`);
  draft.wire(`${cfg}.guided`, `${drawn}.guided`);
  draft.wire("pipeline.vae", `${decoder}.vae`);
  draft.wire(`${drawn}.latent`, `${decoder}.latent`);
  return decoder;
}

type Reward = Omit<NonNullable<Recipe["rewards"]>[number], "weight">;

function addReward(draft: WorkflowDraft, id: string, { path, kind, score, antialias }: Reward, key: string): string {
  const reward = draft.add({
    id,
    type: "reward/model",
    column: 5,
    key,
    params: {
      path: said(path, `${key}.path`),
      kind: said(kind, `${key}.kind`),
      scale: said(score, `${key}.score`),
      antialias: said(antialias, `${key}.antialias`),
    },
  });
  draft.wire("decoder.image", `${reward}.image`);
  return reward;
}

function addObjective(draft: WorkflowDraft, recipe: Recipe): void {
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
  const { optimizer } = recipe;
  draft.add({
    id: "optimizer",
    type: "learning/neg-embedding-optimizer",
    column: 7,
    key: "optimizer",
    params: {
      steps: said(recipe.steps, "steps"),
      batch: said(recipe.batch, "batch"),
      microBatch: said(recipe.microBatch, "microBatch"),
      seed: said(recipe.seed, "seed"),
      optimizer: said(optimizer.name, "optimizer.name"),
      learningRate: said(optimizer.learningRate, "optimizer.learningRate"),
      weightDecay: said(optimizer.weightDecay, "optimizer.weightDecay"),
      schedule: said(optimizer.schedule, "optimizer.schedule"),
      warmup: said(optimizer.warmup, "optimizer.warmup"),
      clipNorm: said(optimizer.clipNorm, "optimizer.clipNorm"),
      pull: said(recipe.pull, "pull"),
      emaDecay: said(recipe.emaDecay, "emaDecay"),
    },
  });
  draft.keys.set("optimizer.objective", "sampler.guidance");
  draft.wire(`${addSum(draft, scores)}.score`, "optimizer.objective");
  draft.wire("negative.embedding", "optimizer.parameter");
  for (const [i, reward] of heldOut.entries())
    draft.wire(`${addReward(draft, "held-out", reward, `heldOut.${i}`)}.score`, "optimizer.watched");
  const { saveAs, checkpoints } = recipe;
  draft.add({
    id: "save",
    type: "embedding/save",
    column: 8,
    key: "saveAs",
    params: {
      name: said(saveAs.replace(/\.safetensors$/, ""), "saveAs"),
      every: said(checkpoints.every, "checkpoints.every"),
      keep: said(checkpoints.keep, "checkpoints.keep"),
    },
  });
  draft.wire("optimizer.embedding", "save.embedding");
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

function addPreview(draft: WorkflowDraft, recipe: Recipe, i: number): void {
  const key = `previews.${i}`;
  const preview = recipe.previews[i];
  if (preview === undefined || preview.every === 0) return;
  const { name = "preview", every, prompts, seed } = preview;
  const id = draft.add({
    id: name,
    type: "view/preview",
    column: 6,
    key,
    params: {
      every: said(every, `${key}.every`),
      seed: said(seed, `${key}.seed`),
      ...(prompts === undefined ? {} : { count: said(shownOf(prompts), `${key}.prompts`) }),
    },
  });
  if (prompts !== undefined)
    draft.wire(`${addPrompts(draft, `${id}-prompts`, 5, prompts, `${key}.prompts`)}.prompts`, `${id}.prompts`);
  draft.wire(`${previewDecoder(draft, recipe, preview, id, key)}.image`, `${id}.image`);
}

/** As many as a node can show. */
const MOST_SHOWN = 64;

function shownOf(prompts: Prompts): number {
  return Array.isArray(prompts) ? prompts.length : Math.min(prompts.first ?? MOST_SHOWN, MOST_SHOWN);
}

/** What is learned is drawn by the decoder that is learned from, unless the preview draws otherwise. */
function previewDecoder(
  draft: WorkflowDraft,
  recipe: Recipe,
  { negative, sampler }: Recipe["previews"][number],
  id: string,
  key: string,
): string {
  if (negative === undefined && sampler === undefined) return "decoder";
  const { scheduler, steps, guidance } = sampler ?? recipe.sampler;
  const drawing = sampler === undefined ? "sampler" : `${key}.sampler`;
  return addBranch(draft, `${id}-`, {
    negative: negative === undefined ? "negative" : previewNegative(draft, recipe, negative, id, `${key}.negative`),
    key: drawing,
    guidance,
    sampler: { scheduler: said(scheduler, `${drawing}.scheduler`), steps: said(steps, `${drawing}.steps`) },
  });
}

function previewNegative(draft: WorkflowDraft, recipe: Recipe, negative: Negative, id: string, key: string) {
  if (negative.kind === "none") return null;
  if (negative.kind === "embedding") return addLoaded(draft, `${id}-negative`, negative.file, key);
  return addEmbedding(draft, `${id}-negative`, recipe, negative, key);
}

function addEvaluation(draft: WorkflowDraft, { evaluations }: Recipe, i: number): void {
  const key = `evaluations.${i}`;
  const evaluation = evaluations[i];
  if (evaluation === undefined) return;
  const { show, prompts, handwritten, count, seed } = evaluation;
  const isScored = show === "scores";
  const id = draft.add({
    id: evaluation.name ?? (isScored ? "evaluate" : "compare"),
    type: isScored ? "evaluation/evaluate" : "view/compare",
    column: 9,
    key,
    params: {
      handwritten: said(handwritten, `${key}.handwritten`),
      first: said(null, `${key}.prompts`),
      count: said(count, `${key}.count`),
      seed: said(seed, `${key}.seed`),
    },
  });
  wireLearned(draft, id, prompts, key);
}

function addPerSample(draft: WorkflowDraft, { perSample }: Recipe, i: number): void {
  const key = `perSample.${i}`;
  const part = perSample[i];
  if (part === undefined) return;
  const { name = "per-sample", prompts, count, seed, steps, patience } = part;
  const id = draft.add({
    id: name,
    type: "learning/per-sample",
    column: 9,
    key,
    params: {
      first: said(null, `${key}.prompts`),
      count: said(count, `${key}.count`),
      seed: said(seed, `${key}.seed`),
      steps: said(steps, `${key}.steps`),
      patience: said(patience, `${key}.patience`),
    },
  });
  wireLearned(draft, id, prompts, key);
}

function wireLearned(draft: WorkflowDraft, id: string, prompts: Prompts, key: string): void {
  draft.wire("optimizer.embedding", `${id}.learned`);
  draft.wire(`${addPrompts(draft, `${id}-prompts`, 8, prompts, `${key}.prompts`)}.prompts`, `${id}.prompts`);
}

function addApplication(
  draft: WorkflowDraft,
  { applications }: Recipe,
  i: number,
  drawsImages: (path: string) => boolean,
): void {
  const key = `applications.${i}`;
  const application = applications[i];
  if (application === undefined) return;
  const { name = "application", controls, to, base, prompts, guess, betas, size, ...settings } = application;
  const at = (value: unknown, part: string): Said => said(value, `${key}.${part}`);
  const isVideo = controls.length === 0 && !drawsImages(to);
  // Where the model is none of the ControlNets, it is what they steer.
  const isControl = controls.some(({ controlnet }) => controlnet === undefined);
  const { frames, fps, sharedNoise, toldFps, ...drawing } = settings;
  const id = draft.add({
    id: name,
    type: isVideo ? "apply/video" : "apply/controlnet",
    column: 9,
    key,
    params: {
      ...Object.fromEntries(Object.entries(drawing).map(([part, value]) => [part, at(value, part)])),
      first: at(null, "prompts"),
      width: at(size?.width, "size.width"),
      height: at(size?.height, "size.height"),
      betaSchedule: at(betas?.schedule, "betas.schedule"),
      betaStart: at(betas?.start, "betas.start"),
      betaEnd: at(betas?.end, "betas.end"),
      ...(isVideo
        ? {
            frames: at(frames, "frames"),
            fps: at(fps, "fps"),
            sharedNoise: at(sharedNoise, "sharedNoise"),
            toldFps: at(toldFps, "toldFps"),
          }
        : { base: isControl ? at(base, "base") : at(to, "to"), guess: at(guess, "guess") }),
    },
  });
  wireLearned(draft, id, prompts, key);
  if (isVideo) {
    const params = { path: at(to, "to"), base: at(base, "base") };
    const model = draft.add({ id: `${id}-model`, type: "model/video", column: 8, key, params });
    return draft.wire(`${model}.model`, `${id}.model`);
  }
  for (const [j, { controlnet, picture, kind, scale }] of controlsInOrder(controls)) {
    const of = (value: unknown, part: string): Said => at(value, `controls.${j}.${part}`);
    const control = draft.add({
      id: `${id}-control`,
      type: "model/controlnet",
      column: 8,
      key: `${key}.controls.${j}`,
      params: {
        path: controlnet === undefined ? at(to, "to") : of(controlnet, "controlnet"),
        picture: of(picture, "picture"),
        kind: of(kind, "kind"),
        scale: of(scale, "scale"),
      },
    });
    draft.wire(`${control}.control`, `${id}.controls`);
  }
}

type Control = Recipe["applications"][number]["controls"][number];

/** With their places in the recipe; that which is the model itself comes first. */
function controlsInOrder(controls: readonly Control[]): (readonly [number, Control])[] {
  const own = ([, { controlnet }]: readonly [number, Control]): number => (controlnet === undefined ? 0 : 1);
  return [...controls.entries()].toSorted((a, b) => own(a) - own(b));
}
