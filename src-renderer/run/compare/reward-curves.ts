// The reward of several runs over their steps, for one chart: a curve for each optimizer of each.

import { ledSteps } from "../../../src-main/common/reward-course.ts";
import type { RunDetail } from "../../../src-main/common/studio/run.ts";
import { text } from "../../text/text.ts";
import type { Curve } from "../Chart.tsx";
import { otherOptimizers, smooth, stepsOfOptimizer } from "../metric-series.ts";

const COLOURS = ["--series-1", "--series-2", "--series-3", "--series-4"];
const SMOOTHING = 0.8;

export interface RewardCurves {
  readonly steps: readonly number[];
  readonly curves: readonly Curve[];
}

export function rewardCurves(runs: readonly Pick<RunDetail, "number" | "name" | "metrics">[]): RewardCurves {
  const steps = [...new Set(runs.flatMap(({ metrics }) => metrics.map(({ step }) => step)))].toSorted((a, b) => a - b);
  const series = runs.flatMap(({ number, name, metrics }) => [
    { name: `${text.run.name(number)} ${name}`, metrics: ledSteps(metrics) },
    ...otherOptimizers(metrics).map((node) => ({
      name: `${text.run.name(number)} ${name}, ${node}`,
      metrics: stepsOfOptimizer(metrics, node),
    })),
  ]);
  const curves = series.map(({ name, metrics }, i): Curve => {
    const smoothed = smooth(
      metrics.map(({ reward }) => reward),
      SMOOTHING,
    );
    const byStep = new Map(metrics.map(({ step }, at) => [step, smoothed[at] ?? null]));
    return {
      name,
      values: steps.map((step) => byStep.get(step) ?? null),
      colour: COLOURS[i % COLOURS.length] ?? "--series-1",
      // There are as many colours as can be told apart; after that the lines differ.
      ...(i < COLOURS.length ? {} : { look: "dashed" as const }),
    };
  });
  return { steps, curves };
}
