// Answers `plan`: what a recipe's or workflow's run will do and need.

import type { ApiHandlers } from "../../common/api.ts";
import { type Diagnostic, refuse } from "../../common/diagnostic.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import type { Plan } from "../../training/plan.ts";
import { planRun } from "../../training/run-plan.ts";
import { planWorkflow, readPlanFile } from "../plan-file.ts";

type Input = Parameters<ApiHandlers["plan"]>[0];

export const plan: ApiHandlers["plan"] = async ({ device, measure, ...source }, { signal }) => {
  const warnings: Diagnostic[] = [];
  const given = planOf(source, (warning) => warnings.push(warning));
  const foreseen = await planRun(given, { device: await chooseDevice(device), measure, signal });
  return { ...foreseen, problems: [...warnings, ...foreseen.problems] };
};

function planOf({ recipe, workflow }: Pick<Input, "recipe" | "workflow">, warn: (warning: Diagnostic) => void): Plan {
  if (recipe !== undefined) return readPlanFile(recipe, warn);
  if (workflow !== undefined) return planWorkflow(workflow, warn).plan;
  return refuse({
    code: "invalid-input",
    at: { option: "plan" },
    message: "there is neither a file nor a workflow to plan",
    help: "give a recipe's or workflow's file",
  });
}
