// Answers `plan`: what a recipe's or workflow's run will do and need.

import type { ApiHandlers } from "../../common/api.ts";
import { type Diagnostic, refuse } from "../../common/diagnostic.ts";
import { openUpdates } from "../../learning/open-updates.ts";
import { planRun } from "../../learning/run-plan.ts";
import { programFunctions } from "../../program/functions/index.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { checkTexts } from "../../sampling/check-texts.ts";
import { openRun } from "../../sampling/open-run.ts";
import { programOfWorkflow, readProgramFile } from "../program-file.ts";
import type { FrozenProgram, Warn } from "../recipe-program.ts";

type Input = Parameters<ApiHandlers["plan"]>[0];

export const plan: ApiHandlers["plan"] = async (
  { device: wanted, measure, cuts, memory: budget, ...source },
  { signal },
) => {
  const warnings: Diagnostic[] = [];
  const { program, placed } = programOf(source, (warning) => warnings.push(warning));
  const device = await chooseDevice(wanted);
  const run = await openRun(program, { device, signal, budget });
  try {
    const foreseen = await planRun(run, openUpdates(run, { cuts, budget }), { measure, budget });
    return { ...foreseen, problems: [...warnings, ...placed(checkTexts(run, programFunctions)), ...foreseen.problems] };
  } finally {
    await run.sessions.release();
  }
};

function programOf({ recipe, workflow }: Pick<Input, "recipe" | "workflow">, warn: Warn): FrozenProgram {
  if (recipe !== undefined) return readProgramFile(recipe, warn);
  if (workflow !== undefined)
    return { program: programOfWorkflow(workflow, warn).program, placed: (faults) => [...faults] };
  return refuse({
    code: "invalid-input",
    at: { option: "plan" },
    message: "there is neither a file nor a workflow to plan",
    help: "give a recipe's or workflow's file",
  });
}
