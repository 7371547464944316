// A model opened for a while, with the sessions that it may run: what one application has loaded serves the next.

import type { ApplyRequest } from "../common/applying.ts";
import type { DeviceName } from "../common/device.ts";
import type { Diagnostic } from "../common/diagnostic.ts";
import type { Target } from "../models/target/open-target.ts";
import { memoryBudget } from "../runtime/memory-budget.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import {
  type Application,
  type AppliedTexts,
  openApplication,
  openAppliedTexts,
} from "../sampling/application/open-application.ts";
import { openHost } from "../sampling/open-host.ts";

export interface WithTargetOptions {
  readonly device: DeviceName;
  readonly signal: AbortSignal;
  /** Hears of files that may have been read wrong. */
  readonly warn?: ((warning: Diagnostic) => Promise<void>) | undefined;
  /** Bytes that may be used; absent: as many as the device has. */
  readonly budget?: number;
}

export interface OpenedTarget {
  readonly sessions: StageSessions;
  /** @throws Refusal if what was learned does not fit, or memory is short */
  readonly applicationFor: (request: ApplyRequest) => Application;
  /** What `checkApplication` looks at, also while there is no image yet that steers a ControlNet. */
  readonly textsFor: (request: ApplyRequest) => AppliedTexts;
}

export async function withTarget<Result>(
  target: Target,
  { device, signal, warn, budget = memoryBudget(device) }: WithTargetOptions,
  work: (opened: OpenedTarget) => Promise<Result> | Result,
): Promise<Result> {
  const sessions = new StageSessions(device, signal);
  const options = { sessions, host: openHost(sessions, warn), budget };
  try {
    return await work({
      sessions,
      applicationFor: (request) => openApplication(request, target, options),
      textsFor: (request) => openAppliedTexts(request, target, options),
    });
  } finally {
    await sessions.release();
  }
}
