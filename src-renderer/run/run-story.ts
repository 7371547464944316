// What a run has come to, in words: how long it learned, how the reward went, and what the evaluation says, each with its spread.

import { describeStopping } from "../../src-main/common/early-stopping.ts";
import type { EvaluatedReward } from "../../src-main/common/evaluated-reward.ts";
import type { Interval } from "../../src-main/common/evaluation-report.ts";
import { describeHeldBack } from "../../src-main/common/held-back.ts";
import type { RewardCourse } from "../../src-main/common/reward-course.ts";
import { describeCourse, printGain, printNumber, printSigned } from "../../src-main/common/reward-words.ts";
import type { RunDetail } from "../../src-main/common/studio/run.ts";
import { asSentence } from "../text/sentence.ts";
import { text } from "../text/text.ts";
import { previewGain } from "./evaluation-points.ts";
import { printCount, printSeconds } from "./format.ts";
import { optimizerTitles } from "./optimizer-titles.ts";

const words = text.learning.story;

type Told = Pick<
  RunDetail,
  | "step"
  | "total"
  | "reward"
  | "earlyStopping"
  | "heldBack"
  | "evaluated"
  | "evaluations"
  | "evaluationsOpen"
  | "metrics"
  | "previews"
> &
  Titled;

type Titled = Pick<RunDetail, "workflow" | "name">;

/** Sentences; none before the first step is done. */
export function runStory(run: Told): string[] {
  const { step, total, reward, evaluated, evaluations, evaluationsOpen, earlyStopping, metrics, previews } = run;
  if (reward === null) return [];
  const seconds = metrics.reduce((sum, { seconds: ofStep }) => sum + ofStep, 0);
  const learning = evaluations.find(({ report }) => report !== null)?.report?.settings.learning;
  const gain = previewGain(previews);
  return [
    words.learned(step, total, printSeconds(seconds)),
    ...(learning === undefined ? [] : [words.learnedWith(learning.batch, learning.prompts)]),
    ...stoppingStory(run),
    words.course[wayOf(reward)](describeCourse(reward)),
    ...(gain === null
      ? []
      : [words.previews(printSigned(gain.mean), gain.error === null ? null : printNumber(gain.error))]),
    ...heldBackStory(run),
    ...(evaluated === null ? [] : tellEvaluated(evaluated)),
    ...(evaluationsOpen > 0 && (step >= total || earlyStopping.some(({ isStopped }) => isStopped))
      ? [words.open(evaluationsOpen)]
      : []),
  ];
}

/** What became of optimizers that may stop early, a sentence each. */
export function stoppingStory({ earlyStopping, ...run }: Titled & Pick<RunDetail, "earlyStopping">): string[] {
  return ofOptimizers(run, earlyStopping, describeStopping);
}

/** What held-back examples say of what was learned, a sentence for each score. */
export function heldBackStory({ heldBack, ...run }: Titled & Pick<RunDetail, "heldBack">): string[] {
  return ofOptimizers(run, heldBack, describeHeldBack);
}

/** A sentence of each that says something, with its optimizer where there are several. */
function ofOptimizers<One extends { readonly optimizer: string }>(
  run: Titled,
  all: readonly One[],
  describe: (one: One) => string | null,
): string[] {
  // Titles are read out of the whole workflow, and this is told anew with each step: one alone needs none.
  const isOfSeveral = new Set(all.map(({ optimizer }) => optimizer)).size > 1;
  const titles = isOfSeveral ? optimizerTitles(run, []) : null;
  return all.flatMap((one) => {
    const told = describe(one);
    if (told === null) return [];
    return [asSentence(titles === null ? told : words.ofOptimizer(titles.of(one.optimizer), told))];
  });
}

/** A difference is one where it is more than twice its standard error, √(e₁² + e₂²). */
function wayOf({ first, last }: RewardCourse): "rose" | "fell" | "stayed" | "short" {
  if (first === null) return "short";
  const change = last.mean - first.mean;
  if (Math.abs(change) <= 2 * Math.hypot(first.error ?? 0, last.error ?? 0)) return "stayed";
  return change > 0 ? "rose" : "fell";
}

function tellEvaluated({ prompts, pairs, train, heldOut }: EvaluatedReward): string[] {
  const [none, handwritten, learned] = [train.none, train.handwritten, train.learned].map((value) =>
    printNumber(value),
  );
  return [
    words.evaluated(prompts, none ?? "", handwritten ?? "", learned ?? ""),
    words.gain(printGain(train.gain), printCount(train.wins * pairs), pairs),
    words.heldOut(printGain(heldOut.gain), sideOf(heldOut.gain)),
  ];
}

function sideOf({ low, high }: Interval): "better" | "worse" | "unclear" {
  if (low > 0) return "better";
  return high < 0 ? "worse" : "unclear";
}
