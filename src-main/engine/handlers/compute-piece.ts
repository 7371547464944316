// Answers `computePiece`: what a coordinator elsewhere has asked a worker of this machine for.

import type { ApiHandlers } from "../../common/api.ts";
import { computeTask } from "../pieces/compute-task.ts";

export const computePiece: ApiHandlers["computePiece"] = async (task, { emit, signal }) => ({
  bytes: await computeTask(task, { emit, signal }),
});
