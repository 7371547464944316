// What fixed prompts and seeds score along a run: previews at their steps, evaluations at its start and its end. Each is a mean over
// images with its standard error.

import { gainOver, type HeldOutEvaluation } from "../../src-main/common/early-stopping.ts";
import type { Condition, EvaluationReport } from "../../src-main/common/evaluation-report.ts";
import { mean, standardError } from "../../src-main/common/means.ts";
import type { PreviewPicture } from "../../src-main/common/studio/run.ts";

export interface EvaluationPoint {
  readonly step: number;
  readonly mean: number;
  /** Standard error; `null` for one value alone. */
  readonly error: number | null;
}

/**
 * Of one preview node, the earliest first; images of unknown reward tell nothing. The error is that of the gain since the first, image
 * by image: prompts differ far more from each other than one does from itself.
 */
export function previewPoints(previews: readonly PreviewPicture[]): EvaluationPoint[] {
  const judged = previews.filter(({ rewards }) => rewards.length > 0);
  return heldOutPoints(judged.map(({ step, rewards }) => ({ step, scores: rewards })));
}

/** Of images that are asked again and again when to stop; the error is that of the gain since the first. */
export function heldOutPoints(evaluations: readonly HeldOutEvaluation[]): EvaluationPoint[] {
  const [first] = evaluations;
  return evaluations.map((one) => ({
    step: one.step,
    mean: mean(one.scores),
    error: first === undefined || one === first ? null : gainOver(one, first).error,
  }));
}

/**
 * From the first preview to the last of the same prompts and noise: the mean over images of what each gained, with its standard error.
 * `null` as long as there are no two that were judged.
 */
export function previewGain(previews: readonly PreviewPicture[]): Omit<EvaluationPoint, "step"> | null {
  const judged = previews.filter(({ rewards }) => rewards.length > 0).toSorted((a, b) => a.step - b.step);
  const [first, last] = [judged[0], judged.at(-1)];
  if (first === undefined || last === undefined || first.step === last.step || first.name !== last.name) return null;
  return gainOver({ scores: last.rewards }, { scores: first.rewards });
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
  return { step, mean: mean(values), error: standardError(values) };
}
