// A workflow with other values put in, compiled anew for each run of a sweep.

import { basename, dirname, resolve } from "node:path";
import { checkSweptParam } from "../../../nodes/check-swept-param.ts";
import { workflowOfRecipe } from "../../../nodes/workflow-of-recipe.ts";
import { withValues } from "../../common/combine-values.ts";
import { type Diagnostic, refuse } from "../../common/diagnostic.ts";
import { isProgram, type Program } from "../../common/program/program.ts";
import type { SweepValue } from "../../common/sweep.ts";
import { isWorkflow, readWorkflow } from "../../common/workflow-file.ts";
import type { Workflow } from "../../common/workflow.ts";
import { freezeProgram } from "../../learning/freeze-program.ts";
import { readJson } from "../../weights/json-file.ts";
import { compileIn, workflowFacts } from "../compile-in.ts";
import { drawsImages, parseRecipe, soundProgram, type Warn } from "../recipe-program.ts";

export interface SweptProgram {
  readonly program: Program;
  readonly workflow: Workflow;
}

/** @throws Refusal with what is wrong at the nodes, in the first run in which something is */
export function programsOfSweep(file: string, runs: readonly (readonly SweepValue[])[], warn: Warn): SweptProgram[] {
  const folder = dirname(resolve(file));
  const workflow = workflowOfFile(file, folder, warn);
  for (const value of runs[0] ?? []) checkSweptParam(value, workflow, { name: basename(file), file });
  const told = new Set<string>();
  const warnOnce = (diagnostic: Diagnostic): void => {
    const key = JSON.stringify(diagnostic);
    if (!told.has(key)) warn(diagnostic);
    told.add(key);
  };
  const facts = workflowFacts(folder);
  return runs.map((values) => {
    const changed = withValues(workflow, values);
    const compiled = compileIn(changed, folder, facts);
    const isFaulty = compiled.diagnostics.some(({ severity }) => severity === "error");
    const diagnostics = compiled.diagnostics.map((one) => ({ ...one, at: { file, ...one.at } }));
    const program = soundProgram(isFaulty ? null : compiled.program, diagnostics, warnOnce);
    return { program: freezeProgram(program, folder, warnOnce), workflow: changed };
  });
}

function workflowOfFile(file: string, folder: string, warn: Warn): Workflow {
  const help = "name a workflow or a recipe";
  const json = readJson(file, { missing: help, invalid: help });
  if (isProgram(json)) {
    refuse({
      code: "sweep-program",
      at: { file },
      message: "this is the program of a run, whose nodes have no parameters any more",
      help,
    });
  }
  if (!isWorkflow(json)) return workflowOfRecipe(parseRecipe(json, file), (path) => drawsImages(path, folder)).workflow;
  const { workflow, diagnostics } = readWorkflow(json, file);
  diagnostics.forEach(warn);
  return workflow;
}
