// The model that an embedding is applied to, opened, with what its UNet predicts found out where its files leave that open.

import type { ApplyRequest } from "../common/applying.ts";
import type { DeviceName } from "../common/device.ts";
import type { RunEvent } from "../common/run-events.ts";
import { openTarget, predictingPath, type Target } from "../models/target/open-target.ts";
import { furtherControlNets } from "../sampling/application/check-controls.ts";
import { resolvePrediction } from "../sampling/resolve-prediction.ts";

/** @throws Refusal before anything runs if it cannot be opened */
export function openTargetOf(request: ApplyRequest): Target {
  const { to, base, tokenizer, textEncoder, prediction, ema } = request;
  return openTarget(to, { base, tokenizer, textEncoder, prediction, ema, controlnets: furtherControlNets(request) });
}

/** The same request, with `prediction` filled in; a trial of the UNet may be needed. */
export async function resolveRequest<Request extends ApplyRequest>(
  request: Request,
  options: { readonly device: DeviceName; readonly emit?: (event: RunEvent) => Promise<void> },
): Promise<Request> {
  const { to, base, tokenizer, textEncoder, prediction, ema } = request;
  const predicting = predictingPath(to, base);
  if (predicting === undefined) return request;
  // A base that is tried itself lends nothing.
  const lender = predicting === base ? undefined : base;
  const choice = { pipeline: predicting, tokenizer, textEncoder, prediction, ema, base: lender };
  const settled = await resolvePrediction(choice, options);
  return { ...request, prediction: settled.prediction };
}
