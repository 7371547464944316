// An application opened for a while, with the sessions that it may run.

import type { ApplyRequest } from "../common/applying.ts";
import type { Application } from "../sampling/application/open-application.ts";
import { openTargetOf } from "./open-target-of.ts";
import { withTarget, type WithTargetOptions } from "./with-target.ts";

/** @throws Refusal if the embedding does not fit, or memory is short */
export async function withApplication<Result>(
  request: ApplyRequest,
  options: WithTargetOptions,
  work: (application: Application) => Promise<Result> | Result,
): Promise<Result> {
  return withTarget(openTargetOf(request), options, ({ applicationFor }) => work(applicationFor(request)));
}
