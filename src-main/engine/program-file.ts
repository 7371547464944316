// The program that a file asks for: a workflow is compiled to one, a recipe stands for a workflow, and a run keeps one in its folder.

import { statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { type CompiledWorkflow, compileWorkflow } from "../../nodes/compile-workflow.ts";
import { nodeTypes } from "../../nodes/index.ts";
import { withheldFaults } from "../../nodes/withheld-paths.ts";
import { type Diagnostic, Refusal } from "../common/diagnostic.ts";
import { isProgram, type Program } from "../common/program/program.ts";
import { isWorkflow, type OpenedWorkflow, readWorkflow } from "../common/workflow-file.ts";
import { NO_FACTS } from "../common/workflow-node-type.ts";
import type { WorkflowInput } from "../common/workflow-run.ts";
import type { Workflow } from "../common/workflow.ts";
import { freezeProgram } from "../learning/freeze-program.ts";
import { parseProgram } from "../learning/program-file.ts";
import { programFunctions } from "../program/functions/index.ts";
import { type JsonHelp, readJson } from "../weights/json-file.ts";
import { compileIn } from "./compile-in.ts";
import { settingsInJson } from "./foreign/read-foreign.ts";
import { foreignWorkflow } from "./inspect/foreign-facts.ts";
import { type FrozenProgram, parseRecipe, programOfRecipe, soundProgram, type Warn } from "./recipe-program.ts";
import { readRunProgram } from "./run-program.ts";

const OF_A_RECIPE: JsonHelp = {
  missing: "name a recipe or a workflow; docs/recipe.md shows how to write one",
  invalid: "correct it there: names and texts stand in double quotes, and no comma follows the last entry",
};

/** What runs of a recipe or workflow are called after. */
export function nameOfFile(file: string): string {
  return basename(file).replace(/(\.reneg)?\.json$/, "");
}

/**
 * @param file a workflow, a recipe, a program, or the folder of a run
 * @param warn hears of what has no effect
 * @throws Refusal with every fault: of a recipe at its keys, of a workflow at its nodes
 */
export function readProgramFile(file: string, warn: Warn = () => {}): FrozenProgram {
  const inFile = (faults: readonly Diagnostic[]): Diagnostic[] =>
    faults.map((fault) => ({ ...fault, at: { file, ...fault.at } }));
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    return { program: readRunProgram(resolve(file)), placed: inFile };
  const json = readJson(file, OF_A_RECIPE);
  const folder = dirname(resolve(file));
  if (isProgram(json)) return { program: freezeProgram(parseProgram(json, file), folder, warn), placed: inFile };
  if (!isWorkflow(json)) refuseForeign(json, file);
  if (!isWorkflow(json)) return programOfRecipe(parseRecipe(json, file), folder, file, warn);
  const { program, diagnostics } = openWorkflow(json, file);
  const sound = soundProgram(program, inFile(diagnostics), warn);
  return { program: freezeProgram(sound, folder, warn), placed: inFile };
}

/** A workflow of another program is told what it is. */
function refuseForeign(json: unknown, file: string): void {
  const made = settingsInJson(json);
  if (made !== undefined) throw new Refusal([{ ...foreignWorkflow(made, file), severity: "error" }]);
}

/** What messages call a workflow that comes from no file. */
const UNNAMED = "workflow";

/**
 * The program of a workflow that is no file yet, frozen. As long as any of its paths is withheld, it is judged by its structure alone.
 * @throws Refusal with every fault at its node
 */
export function programOfWorkflow(
  { workflow: json, folder }: WorkflowInput,
  warn: Warn = () => {},
): { readonly program: Program; readonly workflow: Workflow } {
  const opened = readWorkflow(json, UNNAMED);
  refuseWithheld(opened);
  const { program, workflow, diagnostics } = checkedWorkflow(opened, folder);
  return { program: freezeProgram(soundProgram(program, diagnostics, warn), folder, warn), workflow };
}

function refuseWithheld({ workflow, diagnostics }: OpenedWorkflow): void {
  const withheld = withheldFaults(workflow);
  if (withheld.length > 0)
    throw new Refusal([
      ...diagnostics,
      ...compileWorkflow(workflow, NO_FACTS, nodeTypes, programFunctions).diagnostics,
      ...withheld,
    ]);
}

/** Everything that is wrong with a workflow, faults of its file and of its lists of prompts included. */
export function faultsOfWorkflow(input: WorkflowInput): readonly Diagnostic[] {
  const warnings: Diagnostic[] = [];
  try {
    programOfWorkflow(input, (warning) => warnings.push(warning));
    return warnings;
  } catch (error) {
    if (error instanceof Refusal) return [...warnings, ...error.diagnostics];
    throw error;
  }
}

interface CheckedWorkflow extends CompiledWorkflow {
  readonly workflow: Workflow;
}

/** @throws Refusal if it is not a workflow; faults of its graph are among the diagnostics */
export function openWorkflow(json: unknown, file: string): CheckedWorkflow {
  return checkedWorkflow(readWorkflow(json, file), dirname(resolve(file)));
}

function checkedWorkflow({ workflow, diagnostics }: OpenedWorkflow, folder: string): CheckedWorkflow {
  const compiled = compileIn(workflow, folder);
  const all = [...diagnostics, ...compiled.diagnostics];
  const isSound = all.every(({ severity }) => severity !== "error");
  return { workflow, program: isSound ? compiled.program : null, diagnostics: all };
}
