// The recipes that come with the program, and what becomes of a recipe.

import { readdirSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import { type Program, program as programSchema } from "../../src-main/common/program/program.ts";
import { type Recipe, recipeKindOf } from "../../src-main/common/recipe.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { atKeys, workflowOfRecipe } from "../workflow-of-recipe.ts";
import { compiled } from "./emoji-workflow.ts";

const FOLDER = new URL("../../resources/recipes/", import.meta.url);

export const readyRecipes = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => {
    const json: unknown = JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
    return { name, json, schema: recipeKindOf(json).schema };
  });

interface CompiledRecipe {
  readonly workflow: Workflow;
  readonly program: Program | null;
  /** At the keys of the recipe. */
  readonly faults: readonly Diagnostic[];
}

export function compiledRecipe(recipe: Recipe): CompiledRecipe {
  const { workflow, keys } = workflowOfRecipe(recipe);
  const { program, diagnostics } = compiled(workflow);
  return { workflow, program, faults: atKeys(diagnostics, keys) };
}

export function programOfRecipe(recipe: Recipe): Program {
  const { program, faults } = compiledRecipe(recipe);
  expect(faults).toEqual([]);
  if (program === null) throw new Error("a recipe without a fault gave no program");
  return programSchema.parse(program);
}
