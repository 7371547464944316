// Answers `apply`: a learned embedding on another model, beside what that model draws without it.

import type { ApiHandlers } from "../../common/api.ts";
import { openTarget, predictingPath } from "../../models/target/open-target.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { memoryBudget } from "../../runtime/memory-budget.ts";
import { applyEmbedding } from "../../training/apply-embedding.ts";
import { progressReporter } from "../../training/progress-reporter.ts";
import { settlePrediction } from "../../training/settle-prediction.ts";
import { StageSessions } from "../../training/stage-sessions.ts";

export const apply: ApiHandlers["apply"] = async (input, { emit, signal }) => {
  const device = await chooseDevice(input.device);
  const started = performance.now();
  const predicting = predictingPath(input.to, input.base);
  const { prediction, tokenizer, base } = input;
  // Opened before anything runs, so that what does not fit is told at once.
  openTarget(input.to, { base, tokenizer, prediction });
  const settled =
    predicting === undefined
      ? { prediction }
      : await settlePrediction({ pipeline: predicting, tokenizer, prediction }, { device, emit });
  const target = openTarget(input.to, { base, tokenizer, prediction: settled.prediction });
  const sessions = new StageSessions(device, signal);
  try {
    const progress = (phase: string) => progressReporter(phase, emit);
    const { file, settings, memory } = await applyEmbedding(input, target, {
      sessions,
      budget: memoryBudget(device),
      emit,
      progress,
    });
    const { frames, fps, size, steps, guidance } = settings;
    const seconds = (performance.now() - started) / 1000;
    return { file, frames, fps, size, steps, guidance, columns: input.columns, device, seconds, memory };
  } finally {
    await sessions.release();
  }
};
