// The plan that a file asks for: a recipe, or a workflow, which is compiled to one.

import { dirname, resolve } from "node:path";
import { type CompiledWorkflow, compileWorkflow } from "../../nodes/compile-workflow.ts";
import { type Diagnostic, Refusal } from "../common/diagnostic.ts";
import { isWorkflow, readWorkflow } from "../common/workflow-file.ts";
import type { WorkflowFacts } from "../common/workflow-node-type.ts";
import type { Workflow } from "../common/workflow.ts";
import { embeddedPath } from "../models/embedded.ts";
import { readJson } from "../models/parse-config.ts";
import { openPipeline } from "../models/pipeline.ts";
import { readEmbeddingFile } from "../training/embedding-file.ts";
import { makePlan, parseRecipe, type Plan } from "../training/plan.ts";

/**
 * @param warn hears of what has no effect
 * @throws Refusal with every fault: of a recipe at its keys, of a workflow at its nodes
 */
export function readPlanFile(file: string, warn: (warning: Diagnostic) => void = () => {}): Plan {
  const json = readJson(file);
  const folder = dirname(resolve(file));
  if (!isWorkflow(json)) return makePlan(parseRecipe(json, file), folder);
  const { recipe, diagnostics } = openWorkflow(json, file);
  if (recipe === null) throw new Refusal(diagnostics.map((fault) => ({ ...fault, at: { file, ...fault.at } })));
  for (const warning of diagnostics) warn(warning);
  return makePlan(recipe, folder);
}

/** @throws Refusal if it is not a workflow; faults of its graph are among the diagnostics */
export function openWorkflow(json: unknown, file: string): CompiledWorkflow & { readonly workflow: Workflow } {
  const { workflow, diagnostics } = readWorkflow(json, file);
  const compiled = compileWorkflow(workflow, workflowFacts(dirname(resolve(file))));
  const all = [...diagnostics, ...compiled.diagnostics];
  const isSound = all.every(({ severity }) => severity !== "error");
  return { workflow, recipe: isSound ? compiled.recipe : null, diagnostics: all };
}

/** @param folder what the paths of the workflow are relative to */
function workflowFacts(folder: string): WorkflowFacts {
  const at = (path: string): string => embeddedPath(path) ?? resolve(folder, path);
  return {
    spaceOfPipeline: (path, tokenizer) =>
      openPipeline(at(path), tokenizer === undefined ? {} : { tokenizer: at(tokenizer) }).space,
    spaceOfEmbedding(path) {
      const embedding = readEmbeddingFile(at(path));
      // Of a file that does not name its space, only a run can tell whether it fits.
      return embedding.kind === "declared" ? (embedding.space ?? undefined) : undefined;
    },
  };
}
