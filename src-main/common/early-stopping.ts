// When an optimizer ends before its last step: what images of fixed prompts and seeds scored along a run, and which step was best.

import { z } from "zod";
import { counted } from "./counted.ts";
import { mean, standardError } from "./means.ts";

export const heldOutEvaluation = z.object({
  step: z.int().nonnegative(),
  /** The held-out reward of each image; the same images each time. */
  scores: z.array(z.number()).min(1),
});
export type HeldOutEvaluation = z.output<typeof heldOutEvaluation>;

export const stoppingState = z.object({
  /** In the order of their steps. */
  evaluations: z.array(heldOutEvaluation),
  isStopped: z.boolean(),
});
export type StoppingState = z.output<typeof stoppingState>;

/** In the run's folder: what its checkpoint knows, for whoever shows the run. */
export const EARLY_STOPPING_FILE = "early-stopping.json";

export const earlyStopping = z.object({
  /** The node that optimizes. */
  optimizer: z.string(),
  /** The name of the held-out reward. */
  reward: z.string(),
  patience: z.int().positive(),
  ...stoppingState.shape,
});
export type EarlyStopping = z.output<typeof earlyStopping>;

export const earlyStoppingRecord = z.array(earlyStopping);

/** The first of those with the highest mean: what does not rise is not better. `null` before the first. */
export function bestOf(evaluations: readonly HeldOutEvaluation[]): HeldOutEvaluation | null {
  return evaluations.reduce<HeldOutEvaluation | null>(
    (best, one) => (best === null || mean(one.scores) > mean(best.scores) ? one : best),
    null,
  );
}

export function hasLostPatience(evaluations: readonly HeldOutEvaluation[], patience: number): boolean {
  const best = bestOf(evaluations);
  return best !== null && evaluations.length - 1 - evaluations.indexOf(best) >= patience;
}

/** Whether it can still lose its patience before its last step, which is evaluated in any case. @param step that is done */
export function canLosePatience(
  evaluations: readonly HeldOutEvaluation[],
  { step, steps, every, patience }: { step: number; steps: number; every: number; patience: number },
): boolean {
  const best = bestOf(evaluations);
  const without = best === null ? 0 : evaluations.length - 1 - evaluations.indexOf(best);
  const isDone = (at: number): boolean => evaluations.some((one) => one.step === at);
  const before = (end: number): number => Math.ceil(end / every);
  // Those at `step` itself may still be to come; the first of all tells nothing of a rise.
  const waiting = before(steps) - before(step) - (isDone(step) && step % every === 0 ? 1 : 0);
  return waiting + without - (best === null ? 1 : 0) >= patience;
}

/** Evaluations of a run that none of them ends: of the start, after every so many steps, and of the last step. */
export function evaluationCount(steps: number, every: number): number {
  return 1 + Math.ceil(steps / every);
}

/** The first step at which a run can end; `null`: its last step comes before so many evaluations without a rise. */
export function earliestEnd(steps: number, every: number, patience: number): number | null {
  return patience * every < steps ? patience * every : null;
}

/** The gain over another evaluation of the same images, with its standard error; `null` of one image alone. */
export function gainOver(
  { scores }: Pick<HeldOutEvaluation, "scores">,
  base: Pick<HeldOutEvaluation, "scores">,
): { readonly mean: number; readonly error: number | null } {
  const gains = scores.map((score, i) => score - (base.scores[i] ?? NaN));
  return { mean: mean(gains), error: standardError(gains) };
}

/** `stopped at step 140: the held-out reward has not risen since step 90, which was kept`; `null` before the first evaluation. */
export function describeStopping({
  evaluations,
  isStopped,
}: Pick<EarlyStopping, "evaluations" | "isStopped">): string | null {
  const best = bestOf(evaluations);
  const last = evaluations.at(-1);
  if (best === null || last === undefined) return null;
  const kept = best.step === 0 ? "the start" : `step ${best.step}`;
  if (isStopped) {
    return `stopped at step ${last.step}: the held-out reward has not risen since ${kept}, which was kept`;
  }
  if (best === last) return `the held-out reward was highest at ${kept}, the last that was evaluated`;
  const without = evaluations.length - 1 - evaluations.indexOf(best);
  return `the held-out reward was highest at ${kept}; ${counted(without, "evaluation")} since then without a rise`;
}
