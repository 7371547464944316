// An application opened for a while, with the sessions that it may run.

import type { ApplyRequest } from "../common/applying.ts";
import type { DeviceName } from "../common/device.ts";
import { memoryBudget } from "../runtime/memory-budget.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { type Application, openApplication } from "../sampling/application/open-application.ts";
import { openTargetOf } from "./open-target-of.ts";

/** @throws Refusal if the embedding does not fit, or memory is short */
export async function withApplication<Result>(
  request: ApplyRequest,
  { device, signal }: { readonly device: DeviceName; readonly signal: AbortSignal },
  work: (application: Application) => Promise<Result> | Result,
): Promise<Result> {
  const sessions = new StageSessions(device, signal);
  try {
    return await work(openApplication(request, openTargetOf(request), { sessions, budget: memoryBudget(device) }));
  } finally {
    await sessions.release();
  }
}
