// What a run has learned, applied to the models that its plan names: each result in a folder of its own.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { APPLIED_FOLDER, APPLIED_RECORD } from "../common/applied-files.ts";
import { type ApplyRequest, applyRequest } from "../common/applying.ts";
import type { DeviceName } from "../common/device.ts";
import type { RunEvent } from "../common/run-events.ts";
import { modelPath } from "../models/embedded.ts";
import { openPipeline } from "../models/pipeline.ts";
import { needsBase } from "../models/target/open-target.ts";
import { memoryBudget } from "../runtime/memory-budget.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { writeApplied } from "../sampling/application/applied-folder.ts";
import { foreseeDrawing } from "../sampling/application/open-application.ts";
import { checkEmbeddingShape } from "../training/check-embedding-fits.ts";
import type { Plan } from "../training/plan.ts";
import { carryOutApplication } from "./carry-out-application.ts";
import { openTargetOf } from "./open-target-of.ts";

export interface ApplyLearnedOptions {
  /** The run's folder. */
  readonly run: string;
  readonly device: DeviceName;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Before anything is learned.
 * @throws Refusal if a model cannot be opened, reads other texts, cannot draw what is asked, or has not the memory for it
 */
export function checkApplications(plan: Plan, device: DeviceName, budget = memoryBudget(device)): void {
  const requests = requestsOf(plan, plan.saveAs);
  if (requests.length === 0) return;
  const { name, space } = openPipeline(plan.pipeline, plan);
  const conditioning = { shape: [1, space.tokens, space.width] };
  const learned = { file: plan.saveAs, kind: "planned", space, conditioning, metadata: { base: { name } } } as const;
  // Nothing is loaded.
  const options = { sessions: new StageSessions(device), budget };
  for (const { request } of requests) {
    const target = openTargetOf(request);
    checkEmbeddingShape(learned, { name: target.name, space: target.pipeline.space });
    foreseeDrawing(request, target, options);
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
    await carryOutApplication(request, {
      device,
      emit,
      signal,
      result,
      write: (application, drawn) => writeApplied(result, application, drawn),
      phaseName: (phase, model) => `${phase} on ${model}`,
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

/** Texts are read as those of the run are. Where a base is needed and none is named, it is the pipeline that was learned with. */
function requestOf({ pipeline, tokenizer, prediction, ema, ...plan }: Plan, asked: Asked): ApplyRequest {
  const base = asked.base ?? (needsBase(modelPath(asked.to)) ? pipeline : undefined);
  const known = base === pipeline || asked.to === pipeline ? { tokenizer, prediction, ema } : {};
  const { longPrompts, promptWeights, embeddings } = plan;
  return applyRequest.parse({ ...known, longPrompts, promptWeights, embeddings, ...asked, base });
}
