// What fixed prompts and seeds score along a run: previews at their steps, evaluations at its start and its end. Each is a mean over
// images with its standard error.

import type { Condition, EvaluationReport } from "../../src-main/common/evaluation-report.ts";
import { deviation, mean } from "../../src-main/common/means.ts";
import type { PreviewPicture } from "../../src-main/common/studio/run.ts";

export interface EvaluationPoint {
  readonly step: number;
  readonly mean: number;
  /** Standard error; `null` for one value alone. */
  readonly error: number | null;
}

/** Of one preview node; images of unknown reward tell nothing. */
export function previewPoints(previews: readonly PreviewPicture[]): EvaluationPoint[] {
  return previews.flatMap(({ step, rewards }) => (rewards.length === 0 ? [] : [pointOf(step, rewards)]));
}

/** Without a negative as step 0, which is what a run usually starts from, and the learned one at its last step. */
export function reportPoints(
  { scores }: EvaluationReport,
  reward: "train" | "heldOut",
  last: number,
): EvaluationPoint[] {
  const of = (condition: Condition, step: number): EvaluationPoint => {
    const own = scores.filter((score) => score.condition === condition);
    // Images of one prompt are alike, so each prompt counts once.
    const byPrompt = [...Map.groupBy(own, ({ prompt }) => prompt).values()];
    return pointOf(
      step,
      byPrompt.map((images) => mean(images.map((score) => score[reward]))),
    );
  };
  return [of("null", 0), of("learned", last)];
}

function pointOf(step: number, values: readonly number[]): EvaluationPoint {
  const error = values.length === 1 ? null : deviation(values) / Math.sqrt(values.length);
  return { step, mean: mean(values), error };
}
