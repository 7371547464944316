// Parts that the workflow of a recipe is made of: prompts, embeddings, a way from the UNet to an image, rewards.

import type { DrawingRecipe } from "../src-main/common/drawing-recipe.ts";
import { writePrompts } from "../src-main/common/prompt-lines.ts";
import { encoderItem, type LearnedKind } from "../src-main/common/recipe-learned.ts";
import type { NewLora } from "../src-main/common/recipe-training.ts";
import type { Negative } from "../src-main/common/sampling.ts";
import type { Said, WorkflowDraft } from "./workflow-draft.ts";

export type Prompts = DrawingRecipe["prompts"];

/** The nodes of what is learned, one of each at most. What is learned in a part of the pipeline has an input of the output's name. */
export const LEARNED_NODES = {
  "negative embedding": { id: "negative", type: "embedding/negative", output: "embedding" },
  "token embedding": { id: "negative", type: "embedding/token", output: "embedding" },
  lora: { id: "lora", type: "model/lora", output: "unet" },
  "text encoder lora": { id: "text-encoder-lora", type: "model/text-encoder-lora", output: "encoder" },
  "text encoder": { id: "text-encoder", type: "model/fine-tune-text-encoder", output: "encoder" },
} as const satisfies Readonly<
  Record<LearnedKind, { readonly id: string; readonly type: string; readonly output: string }>
>;

export function said(value: unknown, key: string): Said {
  return { value, key };
}

/** What the nodes of all LoRA have: how large it is, what it changes, and what it begins as. @param at what says a part of the item */
export function loraParamsOf(
  { rank, alpha, targets, seed, start }: NewLora,
  at: (value: unknown, part: string) => Said,
): Readonly<Record<keyof NewLora, Said>> {
  return {
    rank: at(rank, "rank"),
    alpha: at(alpha, "alpha"),
    targets: at(targets?.join(", "), "targets"),
    seed: at(seed, "seed"),
    start: at(start, "start"),
  };
}

export function addPrompts(
  draft: WorkflowDraft,
  { id, column, key }: { readonly id: string; readonly column: number; readonly key: string },
  prompts: Prompts,
  { dynamicPrompts }: Pick<DrawingRecipe, "dynamicPrompts">,
): string {
  const source = Array.isArray(prompts)
    ? { text: said(writePrompts(prompts), key) }
    : { file: said(prompts.file, `${key}.file`), first: said(prompts.first, `${key}.first`) };
  const params = { ...source, dynamic: said(dynamicPrompts, "dynamicPrompts") };
  return draft.add({ id, type: "input/prompts", column, key, params });
}

export function readingOf({ promptWeights, embeddings }: DrawingRecipe): Readonly<Record<string, Said>> {
  return { promptWeights: said(promptWeights, "promptWeights"), embeddings: said(embeddings, "embeddings") };
}

/** The end of a wire that gives the text encoder, with what is learned in it. */
export function encoderOf({ learn }: DrawingRecipe): string {
  const found = encoderItem(learn);
  return `${found === undefined ? "pipeline" : LEARNED_NODES[found.kind].id}.encoder`;
}

/** An embedding that stands on the negative side, as a node. */
export function addEmbedding(
  draft: WorkflowDraft,
  id: string,
  recipe: DrawingRecipe,
  start: Negative,
  key: string,
): string {
  const embedding = draft.add({
    id,
    type: "embedding/negative",
    column: 1,
    key,
    params: { text: said(start.kind === "text" ? start.text : undefined, `${key}.text`), ...readingOf(recipe) },
  });
  wireStart(draft, embedding, recipe, start, key);
  return embedding;
}

/** To the node of an embedding: its text encoder, and the file that it begins as, if it does. */
export function wireStart(
  draft: WorkflowDraft,
  node: string,
  recipe: DrawingRecipe,
  start: Negative,
  key: string,
): void {
  draft.wire(encoderOf(recipe), `${node}.encoder`);
  if (start.kind !== "embedding") return;
  draft.wire(`${addLoaded(draft, `${node}-start`, recipe, start, key)}.embedding`, `${node}.start`);
}

function addLoaded(
  draft: WorkflowDraft,
  id: string,
  recipe: DrawingRecipe,
  { file, strength }: { readonly file: string; readonly strength?: number },
  key: string,
): string {
  const params = { file: said(file, `${key}.file`), strength: said(strength, `${key}.strength`) };
  const loaded = draft.add({ id, type: "embedding/load", column: 0, key, params });
  draft.wire(encoderOf(recipe), `${loaded}.encoder`);
  return loaded;
}

/** A negative that is not learned, as a node; `null`: the empty text. */
export function addFixed(
  draft: WorkflowDraft,
  id: string,
  recipe: DrawingRecipe,
  fixed: Negative,
  key: string,
): string | null {
  if (fixed.kind === "none") return null;
  if (fixed.kind === "embedding") return addLoaded(draft, id, recipe, fixed, key);
  return addEmbedding(draft, id, recipe, fixed, key);
}

export interface Branch {
  /** The node whose embedding stands on the negative side; `null`: the empty text. */
  readonly negative: string | null;
  readonly key: string;
  readonly guidance: number;
  readonly sampler: Readonly<Record<string, Said>>;
}

/** From the UNet to an image. @returns the decoder */
export function addBranch(draft: WorkflowDraft, prefix: string, { negative, key, guidance, sampler }: Branch): string {
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

export type Reward = Omit<NonNullable<DrawingRecipe["rewards"]>[number], "weight">;

export function addReward(
  draft: WorkflowDraft,
  id: string,
  { path, kind, score, antialias, base }: Reward,
  key: string,
): string {
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
      base: said(base, `${key}.base`),
    },
  });
  draft.wire("decoder.image", `${reward}.image`);
  return reward;
}
