// The program of a recipe, which is a short way to write a workflow: what is wrong with the workflow is told at the recipe's keys.

import { resolve } from "node:path";
import { atKeys, workflowOfRecipe } from "../../nodes/workflow-of-recipe.ts";
import { type Diagnostic, refuse, Refusal } from "../common/diagnostic.ts";
import type { Program } from "../common/program/program.ts";
import { type Recipe, recipeKindOf } from "../common/recipe.ts";
import { MOST_NODES, type Workflow } from "../common/workflow.ts";
import { freezeProgram } from "../learning/freeze-program.ts";
import { embeddedPath } from "../models/embedded.ts";
import { parseConfig } from "../models/parse-config.ts";
import { kindOfTarget } from "../models/target/kind-of-target.ts";
import { compileIn } from "./compile-in.ts";

export type Warn = (warning: Diagnostic) => void;

export interface FrozenProgram {
  /** As a run keeps it. */
  readonly program: Program;
  /** What is found of it later, told where its file says it. */
  readonly placed: (diagnostics: readonly Diagnostic[]) => Diagnostic[];
}

/** @throws Refusal naming every key that is wrong */
export function parseRecipe(json: unknown, file: string): Recipe {
  const { schema, help, helpOfKeys } = recipeKindOf(json);
  return parseConfig(schema, json, file, { code: "recipe-invalid", help, helpOfKeys, tellsKeys: true });
}

/**
 * @param folder what the recipe's paths are relative to
 * @throws Refusal with every fault at its key
 */
export function programOfRecipe(recipe: Recipe, folder: string, file: string, warn: Warn): FrozenProgram {
  const { workflow, keys } = workflowOfRecipe(recipe, (path) => drawsImages(path, folder));
  refuseCrowd(workflow, file);
  const placed = (faults: readonly Diagnostic[]): Diagnostic[] =>
    atKeys(faults, keys).map((fault) => ({ ...fault, at: { file, ...fault.at } }));
  const { program, diagnostics } = compileIn(workflow, folder);
  const sound = soundProgram(program, placed(diagnostics), warn);
  try {
    return { program: freezeProgram(sound, folder, warn), placed };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(atKeys(error.diagnostics, keys));
  }
}

/** A file of a workflow is held to the same. */
function refuseCrowd({ graph }: Workflow, file: string): void {
  const count = Object.keys(graph.nodes).length;
  if (count <= MOST_NODES) return;
  refuse({
    code: "recipe-crowd",
    at: { file },
    message: `the recipe stands for a workflow of ${count} nodes, and ${MOST_NODES} are the most`,
    help: "leave out some of its evaluations, previews, rewards or applications",
  });
}

/** What cannot be looked at is told where it is opened. */
export function drawsImages(path: string, folder: string): boolean {
  try {
    return kindOfTarget(embeddedPath(path) ?? resolve(folder, path)) === "pipeline";
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** @throws Refusal with all diagnostics if there is no program */
export function soundProgram(program: Program | null, diagnostics: readonly Diagnostic[], warn: Warn): Program {
  if (program === null) throw new Refusal(diagnostics);
  diagnostics.forEach(warn);
  return program;
}
