// A recipe made definite: every file found, every default filled in. A run keeps its plan and never reads the recipe again.

import { join, resolve } from "node:path";
import { z } from "zod";
import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import { isEmbeddedName } from "../common/embedded-name.ts";
import {
  applicationsOf,
  evaluationsOf,
  perSampleOf,
  previewsOf,
  recipe as recipeSchema,
  type Recipe,
} from "../common/recipe.ts";
import type { Negative } from "../common/sampling.ts";
import { embedded, EMBEDDED_NAME, embeddedPath } from "../models/embedded.ts";
import { type Misfit, parseConfig } from "../models/parse-config.ts";
import { writeFileAtomically } from "../weights/atomic-write.ts";
import { type JsonHelp, readJson } from "../weights/json-file.ts";
import { checkIdleParts, refuseVoidLearning } from "./check-learns.ts";
import { readPromptFile } from "./prompt-file.ts";

const promptList = z.array(z.string()).min(1);

/** The same fields as a recipe, with nothing left open. */
export const planSchema = recipeSchema.required({ rewards: true, heldOut: true }).extend({
  prompts: promptList,
  previews: previewsOf(promptList),
  evaluations: evaluationsOf(promptList),
  perSample: perSampleOf(promptList),
  applications: applicationsOf(promptList),
});
export type Plan = z.output<typeof planSchema>;

/** @throws Refusal naming every key that is wrong */
const INVALID_RECIPE: Misfit = {
  code: "recipe-invalid",
  help: "see docs/recipe.md for every key, its range and its default",
};

export function parseRecipe(json: unknown, file: string): Recipe {
  return parseConfig(recipeSchema, json, file, INVALID_RECIPE);
}

export function writePlan(run: string, plan: Plan): void {
  writeFileAtomically(join(run, "plan.json"), JSON.stringify(plan, null, 2));
}

export function readPlan(run: string): Plan {
  const file = join(run, "plan.json");
  return parseConfig(planSchema, readJson(file, OF_A_RUN), file, INVALID_RECIPE);
}

const OF_A_RUN: JsonHelp = {
  missing: "name the folder of a run, in which its plan is kept",
  invalid: "another program has changed it: start the run anew",
};

/**
 * @param folder what relative paths are relative to
 * @param warn hears of files that may have been read wrong, each once, and of what has no effect
 * @throws Refusal also where nothing could be learned
 */
export function makePlan(recipe: Recipe, folder: string, warn: (warning: Diagnostic) => void = () => {}): Plan {
  const lists = new Map<string, string[]>();
  const promptsIn = (file: string): string[] => {
    const known = lists.get(file);
    if (known !== undefined) return known;
    const { prompts, warnings } = readPromptFile(file);
    warnings.forEach(warn);
    lists.set(file, prompts);
    return prompts;
  };
  const at = (path: string): string => embeddedPath(path) ?? resolve(folder, path);
  const listed = (source: Recipe["prompts"]): string[] =>
    Array.isArray(source) ? source : promptsIn(at(source.file)).slice(0, source.first);
  const located = (negative: Negative): Negative =>
    negative.kind === "embedding" ? { ...negative, file: at(negative.file) } : negative;
  // What comes with the program keeps its name, under which it is known.
  const model = (path: string): string => (isEmbeddedName(path) ? path : at(path));
  const pipeline = recipe.pipeline === EMBEDDED_NAME ? EMBEDDED_NAME : at(recipe.pipeline);
  const companions = pipeline === EMBEDDED_NAME ? embedded.rewards : undefined;
  const rewards = recipe.rewards ?? (companions && [{ path: companions.preference, weight: 1 }]);
  if (rewards === undefined) {
    return refuse({
      code: "recipe-reward",
      at: { part: "rewards" },
      message: "the recipe names no reward, and none comes with this pipeline",
      help: 'name a reward: "rewards": [{"path": "…"}]; docs/rewards.md lists them',
    });
  }
  const heldOut = recipe.heldOut ?? (companions && [{ path: companions.heldOut }]) ?? [];
  const plan: Plan = {
    ...recipe,
    pipeline,
    ...(recipe.tokenizer !== undefined && { tokenizer: at(recipe.tokenizer) }),
    ...(recipe.base !== undefined && { base: at(recipe.base) }),
    ...(recipe.embeddings !== undefined && { embeddings: at(recipe.embeddings) }),
    rewards: rewards.map((reward) => ({ ...reward, path: at(reward.path) })),
    heldOut: heldOut.map((reward) => ({ ...reward, path: at(reward.path) })),
    prompts: listed(recipe.prompts),
    previews: recipe.previews.map(({ prompts, negative, ...preview }) => ({
      ...preview,
      ...(prompts === undefined ? {} : { prompts: listed(prompts) }),
      ...(negative === undefined ? {} : { negative: located(negative) }),
    })),
    evaluations: recipe.evaluations.map((evaluation) => ({ ...evaluation, prompts: listed(evaluation.prompts) })),
    perSample: recipe.perSample.map((part) => ({ ...part, prompts: listed(part.prompts) })),
    applications: recipe.applications.map(({ to, base, prompts, controls, ...application }) => ({
      ...application,
      to: model(to),
      ...(base === undefined ? {} : { base: model(base) }),
      prompts: listed(prompts),
      controls: controls.map(({ controlnet, picture, ...control }) => ({
        ...control,
        ...(controlnet === undefined ? {} : { controlnet: model(controlnet) }),
        picture: at(picture),
      })),
    })),
    start: located(recipe.start),
  };
  if (heldOut.length === 0 && recipe.evaluations.some(({ show }) => show === "scores")) {
    refuse({
      code: "evaluation-judge",
      at: { part: "evaluations" },
      message: "the only judge is the reward that was climbed, which proves nothing",
      help: 'name another reward in heldOut, or choose "show": "pictures"',
    });
  }
  refuseVoidLearning(plan);
  checkIdleParts(plan).forEach(warn);
  // Parsed, so that keys come in the schema's order: equal plans give equal files.
  return planSchema.parse(plan);
}
