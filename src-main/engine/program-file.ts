// The program that a file asks for: a recipe, or a workflow, which is compiled to one; a program itself; or the folder of a run that kept one.

import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Diagnostic } from "../common/diagnostic.ts";
import { type Program, PROGRAM_FORMAT } from "../common/program/program.ts";
import { freezeProgram } from "../learning/freeze-program.ts";
import { parseProgram, readProgram } from "../learning/program-file.ts";
import { type JsonHelp, readJson } from "../weights/json-file.ts";

const OF_A_RECIPE: JsonHelp = {
  missing: "name a recipe or a workflow; docs/recipe.md shows how to write one",
  invalid: "correct it there: names and texts stand in double quotes, and no comma follows the last entry",
};

/**
 * Frozen, as a run keeps it.
 * @param warn hears of what has no effect
 * @throws Refusal with every fault: of a recipe at its keys, of a workflow at its nodes
 */
export function readProgramFile(file: string, warn: (warning: Diagnostic) => void = () => {}): Program {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) return readProgram(resolve(file));
  const json = readJson(file, OF_A_RECIPE);
  return freezeProgram(parseProgram(json, file), dirname(resolve(file)), warn);
}

/** Whether a file says that it is a program. */
export function isProgram(json: unknown): boolean {
  return typeof json === "object" && json !== null && "format" in json && json.format === PROGRAM_FORMAT;
}
