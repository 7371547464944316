// Reward, held-out rewards, gradient and learning rate over the steps, beside another run if wanted.

import { useEffect, useMemo, useRef, useState } from "react";
import type { MetricsPoint, RunSummary } from "../../src-main/common/studio/run.ts";
import { studio } from "../api/studio.ts";
import { runStore } from "../state/run-store.ts";
import { shownRunStore } from "../state/shown-run-store.ts";
import { toastFailure } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Chart, type Curve } from "./Chart.tsx";
import { printReward } from "./format.ts";
import { heldOutNames, printCsv, smooth } from "./metric-series.ts";
import { saveBlob } from "./save-file.ts";
import { type ShownRun, useRunDetail } from "./use-run-detail.ts";

const words = text.learning.run;
const MOST_SMOOTHING = 0.98;

export function RunCharts({ run, shown }: { readonly run: string; readonly shown: ShownRun | null }) {
  const beside = shownRunStore((state) => state.beside);
  const other = useRunDetail(beside);
  const [smoothing, setSmoothing] = useState(0.8);
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const points = shown?.steps ?? [];
  const charts = useMemo(() => chartsOf(points, other, smoothing), [points, other, smoothing]);
  if (shown === null || points.length === 0) return <p className="panel-empty">{words.noSteps}</p>;
  const [first, last] = [points[0], points.at(-1)];
  return (
    <div className="run-charts">
      <div className="panel-bar">
        <label>
          {words.smoothing}{" "}
          <input
            type="range"
            min={0}
            max={MOST_SMOOTHING}
            step={0.02}
            value={smoothing}
            onChange={(event) => setSmoothing(Number(event.target.value))}
          />
        </label>
        <CompareWith run={run} />
        <button
          type="button"
          className="button button-small"
          onClick={() => saveBlob(new Blob([printCsv(points)], { type: "text/csv" }), `${shown.detail.name}.csv`)}
        >
          {words.csv}
        </button>
        <button
          type="button"
          className="button button-small"
          onClick={() => canvas.current?.toBlob((blob) => blob !== null && saveBlob(blob, `${shown.detail.name}.png`))}
        >
          {words.png}
        </button>
        {first === undefined || last === undefined ? null : (
          <span>{words.chartText(words.reward, printReward(first.reward), printReward(last.reward))}</span>
        )}
      </div>
      <Chart
        label={words.charts.rewards}
        steps={charts.steps}
        curves={charts.rewards}
        onReady={(made) => {
          canvas.current = made;
        }}
      />
      <Chart label={words.charts.gradient} steps={charts.steps} curves={charts.gradient} />
    </div>
  );
}

const HELD_OUT_COLOURS = ["--series-2", "--series-3", "--series-4"];

function chartsOf(points: readonly MetricsPoint[], other: ShownRun | null, smoothing: number) {
  const steps = [...new Set([...points, ...(other?.steps ?? [])].map(({ step }) => step))].toSorted((a, b) => a - b);
  const lay = (source: readonly MetricsPoint[], values: readonly number[]): (number | null)[] => {
    const byStep = new Map(source.map(({ step }, i) => [step, values[i] ?? null]));
    return steps.map((step) => byStep.get(step) ?? null);
  };
  const all = (pick: (point: MetricsPoint) => number): number[] => points.map(pick);
  const heldOut = heldOutNames(points).map((name, i): Curve => {
    const measured = points.filter((point) => point.heldOut[name] !== undefined);
    const values = smooth(measured.map((point) => point.heldOut[name] ?? NaN), smoothing);
    return { name, values: lay(measured, values), colour: HELD_OUT_COLOURS[i % HELD_OUT_COLOURS.length] ?? "--series-2" };
  });
  const rewards: Curve[] = [
    { name: words.reward, values: lay(points, all(({ reward }) => reward)), colour: "--series-1", look: "faint" },
    { name: words.smoothed, values: lay(points, smooth(all(({ reward }) => reward), smoothing)), colour: "--series-1" },
    ...heldOut,
  ];
  if (other !== null) {
    const values = smooth(other.steps.map(({ reward }) => reward), smoothing);
    rewards.push({ name: other.detail.name, values: lay(other.steps, values), colour: "--series-1", look: "dashed" });
  }
  const gradient: Curve[] = [
    { name: words.gradient, values: lay(points, all(({ gradientNorm }) => gradientNorm)), colour: "--series-3" },
    { name: words.rate, values: lay(points, all(({ learningRate }) => learningRate)), colour: "--series-4", axis: "right" },
  ];
  return { steps, rewards, gradient };
}

function CompareWith({ run }: { readonly run: string }) {
  const beside = shownRunStore((state) => state.beside);
  const version = runStore(({ libraryVersion }) => libraryVersion);
  const [runs, setRuns] = useState<readonly RunSummary[]>([]);
  useEffect(() => {
    studio.runs({}).then(setRuns, toastFailure);
  }, [version]);
  return (
    <label>
      {words.compare}{" "}
      <select value={beside ?? ""} onChange={(event) => shownRunStore.setState({ beside: event.target.value || null })}>
        <option value="">{words.compareNone}</option>
        {runs
          .filter(({ id, step }) => id !== run && step > 0)
          .map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
      </select>
    </label>
  );
}
