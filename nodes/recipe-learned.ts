// What a recipe has learned, as nodes: each stands where it acts, and goes to the one optimizer.

import type { DrawingRecipe } from "../src-main/common/drawing-recipe.ts";
import { isEmbedding, type LearnedItem } from "../src-main/common/recipe-learned.ts";
import { OPTIMIZER, type OptimizerNode, portAt, wireParameter } from "./recipe-optimizer.ts";
import { addEmbedding, addFixed, LEARNED_NODES, loraParamsOf, readingOf, said, wireStart } from "./recipe-parts.ts";
import type { Said, WorkflowDraft } from "./workflow-draft.ts";

/** Adds them, and what stands on the negative side where no embedding is learned. */
export function addLearned(draft: WorkflowDraft, recipe: DrawingRecipe): void {
  for (const [i, item] of recipe.learn.entries()) addItem(draft, recipe, item, `learn.${i}`);
  if (!recipe.learn.some(isEmbedding)) addFixed(draft, FIXED_NEGATIVE, recipe, recipe.start, "start");
}

const FIXED_NEGATIVE = "negative";

/** The end of a wire that gives the UNet: with the LoRA in it, if one is learned. */
export function unetOf({ learn }: DrawingRecipe): string {
  return learn.some(({ kind }) => kind === "lora") ? `${LEARNED_NODES.lora.id}.unet` : "pipeline.unet";
}

/** The node of what stands on the negative side of the images that are learned from; `null`: the empty text. */
export function negativeOf({ learn, start }: DrawingRecipe): string | null {
  const item = learn.find(isEmbedding);
  if (item !== undefined) return LEARNED_NODES[item.kind].id;
  return start.kind === "none" ? null : FIXED_NEGATIVE;
}

/** One embedding has an optimizer made for it; anything else goes to that of all kinds. */
export function optimizerOf({ learn }: DrawingRecipe): OptimizerNode {
  const [only, ...others] = learn;
  const isOne = only !== undefined && isEmbedding(only) && others.length === 0;
  return isOne
    ? { type: "learning/neg-embedding-optimizer", parameters: ["parameter"], results: ["embedding"] }
    : OPTIMIZER;
}

/** To the optimizer, and from it to where each is saved. */
export function wireLearned(draft: WorkflowDraft, recipe: DrawingRecipe): void {
  for (const [i, item] of recipe.learn.entries()) {
    const { id, output } = LEARNED_NODES[item.kind];
    wireParameter(draft, recipe, i, { optimizer: optimizerOf(recipe), end: `${id}.${output}`, file: fileOf(item) });
  }
}

/** What was learned of each, as the end of a wire. */
export function learnedEnds(recipe: DrawingRecipe): string[] {
  const { results } = optimizerOf(recipe);
  return recipe.learn.map((_, i) => `optimizer.${portAt(results, i)}`);
}

/** What other models are given: the embedding, if one is learned. */
export function appliedEnd(recipe: DrawingRecipe): string {
  const embedding = recipe.learn.findIndex(isEmbedding);
  return `optimizer.${portAt(optimizerOf(recipe).results, Math.max(0, embedding))}`;
}

function fileOf(item: LearnedItem): string {
  switch (item.kind) {
    case "negative embedding":
      return "negative.safetensors";
    // Programs call the word by the file.
    case "token embedding":
      return `${item.name ?? "negative"}.safetensors`;
    case "lora":
    case "text encoder lora":
      return `${LEARNED_NODES[item.kind].id}.safetensors`;
    // The node adds what its format ends in.
    case "text encoder":
      return LEARNED_NODES[item.kind].id;
  }
}

function addItem(draft: WorkflowDraft, recipe: DrawingRecipe, item: LearnedItem, key: string): void {
  const at = (value: unknown, part: string): Said => said(value, `${key}.${part}`);
  const { start } = recipe;
  const { id, type, output } = LEARNED_NODES[item.kind];
  const addPart = (params: Readonly<Record<string, Said>>): void => {
    draft.add({ id, type, column: 0, key, params });
    draft.wire(`pipeline.${output}`, `${id}.${output}`);
  };
  switch (item.kind) {
    case "negative embedding":
      addEmbedding(draft, id, recipe, start, "start");
      return;
    case "token embedding": {
      const params = {
        name: at(item.name, "name"),
        count: at(item.vectors, "vectors"),
        around: at(item.around, "around"),
        naming: at(item.naming, "naming"),
        text: said(start.kind === "text" ? start.text : undefined, "start.text"),
        ...readingOf(recipe),
      };
      draft.add({ id, type, column: 1, key, params });
      return wireStart(draft, id, recipe, start, "start");
    }
    case "lora":
    case "text encoder lora":
      return addPart({ ...loraParamsOf(item, at), naming: at(item.naming, "naming") });
    case "text encoder":
      return addPart({ layers: at(item.layers, "layers"), form: at(item.form, "form") });
  }
}
