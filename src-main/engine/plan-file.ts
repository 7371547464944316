// The plan that a file asks for: a recipe, or a workflow, which is compiled to one.

import { dirname, resolve } from "node:path";
import { type CompiledWorkflow, compileWorkflow } from "../../nodes/compile-workflow.ts";
import { nodeTypes } from "../../nodes/index.ts";
import { withheldFaults } from "../../nodes/withheld-paths.ts";
import { type Diagnostic, Refusal } from "../common/diagnostic.ts";
import { isEmbeddedName } from "../common/embedded-name.ts";
import { isWorkflow, type OpenedWorkflow, readWorkflow } from "../common/workflow-file.ts";
import { NO_FACTS, type WorkflowFacts } from "../common/workflow-node-type.ts";
import type { WorkflowInput } from "../common/workflow-run.ts";
import type { Workflow } from "../common/workflow.ts";
import { embeddedPath } from "../models/embedded.ts";
import { openPipeline } from "../models/pipeline.ts";
import { spaceOfControlNet, spaceOfVideoModel } from "../models/target/space-of-target.ts";
import { programFunctions } from "../program/functions/index.ts";
import { readEmbeddingFile } from "../training/embedding-file.ts";
import { makePlan, parseRecipe, type Plan } from "../training/plan.ts";
import { type JsonHelp, readJson } from "../weights/json-file.ts";
import { settingsInJson } from "./foreign/read-foreign.ts";
import { foreignWorkflow } from "./inspect/foreign-facts.ts";

const OF_A_RECIPE: JsonHelp = {
  missing: "name a recipe or a workflow; docs/recipe.md shows how to write one",
  invalid: "correct it there: names and texts stand in double quotes, and no comma follows the last entry",
};

/**
 * @param warn hears of what has no effect
 * @throws Refusal with every fault: of a recipe at its keys, of a workflow at its nodes
 */
export function readPlanFile(file: string, warn: (warning: Diagnostic) => void = () => {}): Plan {
  const json = readJson(file, OF_A_RECIPE);
  const folder = dirname(resolve(file));
  if (!isWorkflow(json)) refuseForeign(json, file);
  if (!isWorkflow(json)) return makePlan(parseRecipe(json, file), folder, warn);
  const { diagnostics } = openWorkflow(json, file);
  throw new Refusal(diagnostics.map((fault) => ({ ...fault, at: { file, ...fault.at } })));
}

/** A workflow of another program is told what it is. */
function refuseForeign(json: unknown, file: string): void {
  const made = settingsInJson(json);
  if (made !== undefined) throw new Refusal([{ ...foreignWorkflow(made, file), severity: "error" }]);
}

/** What messages call a workflow that comes from no file. */
const UNNAMED = "workflow";

/**
 * The plan of a workflow that is no file yet. As long as any of its paths is withheld, it is judged by its structure alone.
 * @throws Refusal with every fault at its node
 */
export function planWorkflow(
  { workflow: json, folder }: WorkflowInput,
  _warn: (warning: Diagnostic) => void = () => {},
): { readonly plan: Plan; readonly workflow: Workflow } {
  const opened = readWorkflow(json, UNNAMED);
  refuseWithheld(opened);
  throw new Refusal(checkedWorkflow(opened, folder).diagnostics);
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

/** Everything that is wrong with a workflow, faults of its file and of its plan included. */
export function faultsOfWorkflow(input: WorkflowInput): readonly Diagnostic[] {
  const warnings: Diagnostic[] = [];
  try {
    planWorkflow(input, (warning) => warnings.push(warning));
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
  const compiled = compileWorkflow(workflow, workflowFacts(folder), nodeTypes, programFunctions);
  const all = [...diagnostics, ...compiled.diagnostics];
  const isSound = all.every(({ severity }) => severity !== "error");
  return { workflow, program: isSound ? compiled.program : null, diagnostics: all };
}

/** @param folder what the paths of the workflow are relative to */
function workflowFacts(folder: string): WorkflowFacts {
  const at = (path: string): string => embeddedPath(path) ?? resolve(folder, path);
  const model = (path: string): string => (isEmbeddedName(path) ? path : at(path));
  return {
    spaceOfVideoModel: once((path, base) =>
      spaceOfVideoModel(model(path), base === undefined ? undefined : model(base)),
    ),
    spaceOfControlNet: once((path) => spaceOfControlNet(model(path))),
    spaceOfPipeline: once(
      (path, { tokenizer, base }) =>
        openPipeline(at(path), {
          ...(tokenizer === undefined ? {} : { tokenizer: at(tokenizer) }),
          ...(base === undefined ? {} : { base: at(base) }),
        }).space,
    ),
    spaceOfEmbedding: once((path) => {
      const embedding = readEmbeddingFile(at(path));
      // Of a file that does not name its space, only a run can tell whether it fits.
      return embedding.kind === "declared" ? (embedding.space ?? undefined) : undefined;
    }),
  };
}

/** A file is looked at once in a check, however many nodes name it, whether it can be read or not. */
function once<Asked extends readonly unknown[], Fact>(look: (...asked: Asked) => Fact): (...asked: Asked) => Fact {
  const found = new Map<string, () => Fact>();
  return (...asked) => {
    const key = JSON.stringify(asked);
    const known = found.get(key) ?? remember(() => look(...asked));
    found.set(key, known);
    return known();
  };
}

/** What was answered, or thrown, again. */
function remember<Fact>(look: () => Fact): () => Fact {
  try {
    const fact = look();
    return () => fact;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
