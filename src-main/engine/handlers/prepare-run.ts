// Answers `prepareRun`: a workflow frozen into the plan of a new run, so that later changes of the workflow or its files do not reach it.

import { resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { writePlan } from "../../training/plan.ts";
import { asOnlyWriter } from "../../training/run-lock.ts";
import { planWorkflow } from "../plan-file.ts";
import { refuseTaken } from "../refuse-taken.ts";
import { keepWorkflow } from "../workflow-stamp.ts";

export const prepareRun: ApiHandlers["prepareRun"] = async ({ run: folder, ...input }) => {
  const run = resolve(folder);
  refuseTaken(run);
  const warnings: Diagnostic[] = [];
  const { plan, workflow } = planWorkflow(input, (warning) => warnings.push(warning));
  return asOnlyWriter(run, async () => {
    keepWorkflow(run, workflow, input.folder);
    // The last: a folder with a plan is a run.
    writePlan(run, plan);
    return { steps: plan.steps, warnings };
  });
};
