// Answers `computePiece`: what a coordinator elsewhere has asked a worker of this machine for.

import type { ApiHandlers } from "../../common/api.ts";
import { computeTask } from "../pieces/compute-task.ts";
import { gatherWarnings } from "../pieces/gather-warnings.ts";

export const computePiece: ApiHandlers["computePiece"] = (task, { emit, signal }) =>
  gatherWarnings(emit, (tell) => computeTask(task, { emit: tell, signal }));
