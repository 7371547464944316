// What a run has learned, applied to the models that its plan names: each result in a folder of its own.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { APPLIED_FOLDER, APPLIED_RECORD } from "../common/applied-files.ts";
import { type ApplyRequest, applyRequest } from "../common/applying.ts";
import type { DeviceName } from "../common/device.ts";
import type { RunEvent } from "../common/run-events.ts";
import { modelPath } from "../models/embedded.ts";
import { needsBase } from "../models/target/open-target.ts";
import { writeApplied } from "../training/applied-folder.ts";
import { drawApplication } from "../training/apply-embedding.ts";
import type { Plan } from "../training/plan.ts";
import { progressReporter } from "../training/progress-reporter.ts";
import { checkControls } from "../training/read-controls.ts";
import { settleDrawing } from "../training/settle-drawing.ts";
import { removeUnfinished } from "../training/unfinished-drawing.ts";
import { openTargetOf, settleRequest } from "./open-target-of.ts";
import { withApplication } from "./with-application.ts";

export interface ApplyLearnedOptions {
  /** The run's folder. */
  readonly run: string;
  readonly device: DeviceName;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Before anything is learned. @throws Refusal if a model cannot be opened, or cannot draw what is asked */
export function checkApplications(plan: Plan): void {
  for (const { request } of requestsOf(plan, "")) {
    const target = openTargetOf(request);
    settleDrawing(request, target);
    checkControls(request.controls, target);
  }
}

/** Results that are there already are kept. @param embedding the file of what was learned */
export async function applyLearned(
  plan: Plan,
  embedding: string,
  { run, device, emit, signal }: ApplyLearnedOptions,
): Promise<void> {
  for (const { folder, request } of requestsOf(plan, embedding)) {
    const result = join(run, folder);
    if (existsSync(join(result, APPLIED_RECORD))) continue;
    const started = performance.now();
    const settled = await settleRequest(request, { device, emit });
    await withApplication(settled, { device, signal }, async (application) => {
      const unfinished = `${result}.unfinished`;
      const progress = (phase: string) => progressReporter(`${phase} on ${application.target.name}`, emit);
      const columns = await drawApplication(application, { unfinished, emit, progress });
      const seconds = (performance.now() - started) / 1000;
      await writeApplied(result, application, { columns, device, seconds });
      removeUnfinished(unfinished);
    });
    await emit({ type: "note", message: `applied: ${result}` });
  }
}

interface Request {
  readonly folder: string;
  readonly request: ApplyRequest;
}

function requestsOf(plan: Plan, embedding: string): Request[] {
  return plan.applications.flatMap(({ name, prompts, ...application }) =>
    prompts.map((prompt, i): Request => {
      const parts = [APPLIED_FOLDER, ...(name === undefined ? [] : [name]), ...(prompts.length === 1 ? [] : [i + 1])];
      return { folder: parts.join("-"), request: requestOf(plan, { ...application, embedding, prompt }) };
    }),
  );
}

type Asked = Omit<Plan["applications"][number], "prompts"> & Pick<ApplyRequest, "embedding" | "prompt">;

/** Where a base is needed and none is named, it is the pipeline that was learned with. */
function requestOf({ pipeline, tokenizer, prediction, ema }: Plan, asked: Asked): ApplyRequest {
  const base = asked.base ?? (needsBase(modelPath(asked.to)) ? pipeline : undefined);
  const known = base === pipeline || asked.to === pipeline ? { tokenizer, prediction, ema } : {};
  return applyRequest.parse({ ...known, ...asked, base });
}
