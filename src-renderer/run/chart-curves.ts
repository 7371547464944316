// The curves of a run over its steps, beside those of another if wanted.

import type { MetricsPoint } from "../../src-main/common/studio/run.ts";
import { text } from "../text/text.ts";
import type { Curve } from "./Chart.tsx";
import { heldOutNames, smooth } from "./metric-series.ts";
import type { ShownRun } from "./use-run-detail.ts";

const words = text.learning.run;
const HELD_OUT_COLOURS = ["--series-2", "--series-3", "--series-4"];

export interface Curves {
  readonly steps: readonly number[];
  readonly rewards: readonly Curve[];
  readonly gradient: readonly Curve[];
}

/** @param smoothing 0: none */
export function chartCurves(points: readonly MetricsPoint[], other: ShownRun | null, smoothing: number): Curves {
  const beside = other?.steps ?? [];
  const steps = [...new Set([...points, ...beside].map(({ step }) => step))].toSorted((a, b) => a - b);
  const values = (of: readonly MetricsPoint[], pick: (point: MetricsPoint) => number | undefined, weight = 0) => {
    const measured = of.flatMap((point) => {
      const value = pick(point);
      return value === undefined ? [] : [{ step: point.step, value }];
    });
    const smoothed = smooth(
      measured.map(({ value }) => value),
      weight,
    );
    const byStep = new Map(measured.map(({ step }, i) => [step, smoothed[i] ?? null]));
    return steps.map((step) => byStep.get(step) ?? null);
  };
  const reward = ({ reward: value }: MetricsPoint): number => value;
  const own: Curve[] = [
    { name: words.reward, values: values(points, reward), colour: "--series-1", look: "faint" },
    { name: words.smoothed, values: values(points, reward, smoothing), colour: "--series-1" },
    ...heldOutNames(points).map((name, i): Curve => ({
      name,
      values: values(points, ({ heldOut }) => heldOut[name], smoothing),
      colour: HELD_OUT_COLOURS[i % HELD_OUT_COLOURS.length] ?? "--series-2",
    })),
  ];
  const title = other?.detail.name ?? "";
  const dashed = (name: string, of: Curve["values"], colour: string): Curve => ({
    name: words.ofRun(name, title),
    values: of,
    colour,
    look: "dashed",
  });
  const others = other === null ? [] : [dashed(words.reward, values(beside, reward, smoothing), "--series-1")];
  // Only what both have watched can be compared.
  const shared = heldOutNames(points).flatMap((name, i) =>
    heldOutNames(beside).includes(name)
      ? [
          dashed(
            name,
            values(beside, ({ heldOut }) => heldOut[name], smoothing),
            HELD_OUT_COLOURS[i % HELD_OUT_COLOURS.length] ?? "--series-2",
          ),
        ]
      : [],
  );
  const norm = ({ gradientNorm }: MetricsPoint): number => gradientNorm;
  const gradient: Curve[] = [
    { name: words.gradient, values: values(points, norm), colour: "--series-3" },
    {
      name: words.rate,
      values: values(points, ({ learningRate }) => learningRate),
      colour: "--series-4",
      axis: "right",
    },
    ...(other === null ? [] : [dashed(words.gradient, values(beside, norm), "--series-3")]),
  ];
  return { steps, rewards: [...own, ...others, ...shared], gradient };
}
