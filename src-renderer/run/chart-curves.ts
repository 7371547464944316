// The curves of a run over its steps, beside those of another if wanted: raw batches faintly, smoothed ones clearly, and as points
// with bars what fixed prompts and seeds score.

import { bestOf, type HeldOutEvaluation } from "../../src-main/common/early-stopping.ts";
import type { EvaluationReport } from "../../src-main/common/evaluation-report.ts";
import { ledSteps } from "../../src-main/common/reward-course.ts";
import type { MetricsPoint } from "../../src-main/common/studio/run.ts";
import { text } from "../text/text.ts";
import type { Curve } from "./Chart.tsx";
import { type EvaluationPoint, heldOutPoints, previewPoints, reportPoints } from "./evaluation-points.ts";
import { heldOutNames, smooth, stepsOfOptimizer } from "./metric-series.ts";
import type { ShownRun } from "./use-run-detail.ts";

const words = text.learning.run;
const HELD_OUT_COLOURS = ["--series-2", "--series-3", "--series-4"];
const PREVIEW_COLOUR = "--muted";
const STOPPING_COLOUR = "--series-4";

export interface Curves {
  readonly steps: readonly number[];
  readonly rewards: readonly Curve[];
  readonly gradient: readonly Curve[];
}

/** What an optimizer beside the leading one tells of a run. Previews and evaluations are of the leading one. */
export function runOfOptimizer({ detail, steps }: ShownRun, node: string): ShownRun {
  const earlyStopping = detail.earlyStopping.filter(({ optimizer }) => optimizer === node);
  return { detail: { ...detail, evaluations: [], earlyStopping }, steps: stepsOfOptimizer(steps, node), previews: [] };
}

/** What the leading optimizer tells of a run. @param further the others */
export function runOfLead({ detail, ...run }: ShownRun, further: readonly string[]): ShownRun {
  const earlyStopping = detail.earlyStopping.filter(({ optimizer }) => !further.includes(optimizer));
  return { ...run, detail: { ...detail, earlyStopping } };
}

/** @param smoothing the weight of what was before, 0: none */
export function chartCurves(shown: ShownRun, beside: ShownRun | null, smoothing: number): Curves {
  const [run, other] = [led(shown), beside && led(beside)];
  const evaluated = evaluationsOf(run);
  const all = [...run.steps, ...(other?.steps ?? []), ...evaluated.flatMap(({ points }) => points)];
  const steps = [...new Set(all.map(({ step }) => step))].toSorted((a, b) => a - b);
  const along = seriesOver(steps);
  const rewards = [
    { name: words.rawReward, values: along(run.steps, rewardOf), colour: "--series-1", look: "faint" } as const,
    { name: words.smoothed, values: along(run.steps, rewardOf, smoothing), colour: "--series-1" },
    ...heldOutNames(run.steps).map((name, i): Curve => ({
      name: words.heldOutCurve(name),
      values: along(run.steps, ({ heldOut }) => heldOut[name], smoothing),
      colour: heldOutColour(i),
    })),
    ...evaluated.map(({ points, ...curve }): Curve => ({
      ...curve,
      values: steps.map((step) => points.find((point) => point.step === step)?.mean ?? null),
      spread: steps.map((step) => points.find((point) => point.step === step)?.error ?? null),
      look: curve.look ?? "points",
    })),
    ...(other === null ? [] : besideCurves(run, other, smoothing, along)),
  ];
  const norm = ({ gradientNorm }: MetricsPoint): number => gradientNorm;
  const gradient: Curve[] = [
    { name: words.gradient, values: along(run.steps, norm), colour: "--series-3" },
    {
      name: words.rate,
      values: along(run.steps, ({ learningRate }) => learningRate),
      colour: "--series-4",
      axis: "right",
    },
    ...(other === null ? [] : [dashed(words.gradient, other, along(other.steps, norm), "--series-3")]),
  ];
  return { steps, rewards, gradient };
}

/** Without steps in which the optimizer rested. */
function led(run: ShownRun): ShownRun {
  return { ...run, steps: ledSteps(run.steps) };
}

function rewardOf({ reward }: MetricsPoint): number {
  return reward;
}

type Series = (
  points: readonly MetricsPoint[],
  pick: (point: MetricsPoint) => number | undefined,
  smoothing?: number,
) => Curve["values"];

function seriesOver(steps: readonly number[]): Series {
  return (points, pick, smoothing = 0) => {
    const measured = points.flatMap((point) => {
      const value = pick(point);
      return value === undefined ? [] : [{ step: point.step, value }];
    });
    const smoothed = smooth(
      measured.map(({ value }) => value),
      smoothing,
    );
    const byStep = new Map(measured.map(({ step }, i) => [step, smoothed[i] ?? null]));
    return steps.map((step) => byStep.get(step) ?? null);
  };
}

function besideCurves(run: ShownRun, other: ShownRun, smoothing: number, along: Series): Curve[] {
  const theirs = heldOutNames(other.steps);
  return [
    dashed(words.smoothed, other, along(other.steps, rewardOf, smoothing), "--series-1"),
    // Only what both have held out can be compared.
    ...heldOutNames(run.steps).flatMap((name, i) =>
      theirs.includes(name)
        ? [
            dashed(
              words.heldOutCurve(name),
              other,
              along(other.steps, ({ heldOut }) => heldOut[name], smoothing),
              heldOutColour(i),
            ),
          ]
        : [],
    ),
  ];
}

function dashed(name: string, { detail }: ShownRun, values: Curve["values"], colour: string): Curve {
  return { name: words.ofRun(name, detail.name), values, colour, look: "dashed" };
}

interface EvaluatedCurve {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly EvaluationPoint[];
  readonly look?: "mark";
}

function evaluationsOf({ detail, previews }: ShownRun): EvaluatedCurve[] {
  const [firstName] = previews.map(({ name }) => name);
  const drawn = previewPoints(previews.filter(({ name }) => name === firstName));
  const report: EvaluationReport | null = detail.evaluations.find((one) => one.report !== null)?.report ?? null;
  return [
    ...detail.earlyStopping.flatMap(({ reward, evaluations: asked }) => stoppingCurves(reward, asked)),
    ...(drawn.length === 0 ? [] : [{ name: words.previewPoints, colour: PREVIEW_COLOUR, points: drawn }]),
    ...(report === null
      ? []
      : [
          { name: words.evaluatedPoints, colour: "--series-1", points: reportPoints(report, "train", detail.total) },
          {
            name: words.heldOutCurve(words.evaluatedPoints),
            colour: heldOutColour(0),
            points: reportPoints(report, "heldOut", detail.total),
          },
        ]),
  ];
}

/** What decides when to stop, and which of it was best. */
function stoppingCurves(reward: string, evaluations: readonly HeldOutEvaluation[]): EvaluatedCurve[] {
  const points = heldOutPoints(evaluations);
  const best = bestOf(evaluations);
  const marked = points.filter(({ step }) => step === best?.step);
  return [
    { name: words.stoppingPoints(reward), colour: STOPPING_COLOUR, points },
    { name: words.bestStep, colour: STOPPING_COLOUR, points: marked, look: "mark" },
  ];
}

function heldOutColour(index: number): string {
  return HELD_OUT_COLOURS[index % HELD_OUT_COLOURS.length] ?? "--series-2";
}
