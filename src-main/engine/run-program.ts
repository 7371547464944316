// The program of a run's folder, also of a run of an earlier version, which kept a recipe with nothing left open.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Program } from "../common/program/program.ts";
import { PLAN_FILE } from "../common/run-files.ts";
import { hasProgram, readProgram } from "../learning/program-file.ts";
import { readJson } from "../weights/json-file.ts";
import { parseRecipe, programOfRecipe } from "./recipe-program.ts";

/**
 * A plan is turned into the program that it stands for, which computes the same: what is random depends on the same seeds, steps and
 * images. Graphs are cut elsewhere than they were, so that numbers may differ in their last digits from those that the earlier version
 * would have gone on with.
 * @throws Refusal if neither file is there, or the one that counts is damaged
 */
export function readRunProgram(run: string): Program {
  if (hasProgram(run) || !existsSync(join(run, PLAN_FILE))) return readProgram(run);
  return readPlan(join(run, PLAN_FILE));
}

/** @throws Refusal if it is damaged */
export function readPlan(file: string): Program {
  const help = "another program has changed it: start the run anew";
  const recipe = parseRecipe(readJson(file, { missing: help, invalid: help }), file);
  // Its paths are absolute, and what had no effect was told when it began.
  return programOfRecipe(recipe, "/", file, () => {}).program;
}
