// Answers `plan`: what a recipe's run will do and need.

import type { ApiHandlers } from "../../common/api.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { planRun } from "../../training/run-plan.ts";
import { readPlanFile } from "../plan-file.ts";

export const plan: ApiHandlers["plan"] = async ({ recipe, device, measure }, { signal }) =>
  planRun(readPlanFile(recipe), { device: await chooseDevice(device), measure, signal });
