// An application opened for a while, with the sessions that it may run.

import type { ApplyRequest } from "../common/applying.ts";
import type { DeviceName } from "../common/device.ts";
import type { Diagnostic } from "../common/diagnostic.ts";
import { memoryBudget } from "../runtime/memory-budget.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { type Application, openApplication } from "../sampling/application/open-application.ts";
import { openHost } from "../sampling/open-host.ts";
import { openTargetOf } from "./open-target-of.ts";

export interface WithApplicationOptions {
  readonly device: DeviceName;
  readonly signal: AbortSignal;
  /** Hears of files that may have been read wrong. */
  readonly warn?: (warning: Diagnostic) => Promise<void>;
}

/** @throws Refusal if the embedding does not fit, or memory is short */
export async function withApplication<Result>(
  request: ApplyRequest,
  { device, signal, warn }: WithApplicationOptions,
  work: (application: Application) => Promise<Result> | Result,
): Promise<Result> {
  const sessions = new StageSessions(device, signal);
  try {
    const options = { sessions, host: openHost(sessions, warn), budget: memoryBudget(device) };
    return await work(openApplication(request, openTargetOf(request), options));
  } finally {
    await sessions.release();
  }
}
