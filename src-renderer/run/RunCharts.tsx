// Reward, held-out rewards, gradient and learning rate over the steps, beside another run if wanted.

import { useMemo, useRef, useState } from "react";
import { courseOfSteps } from "../../src-main/common/reward-course.ts";
import { describeCourse } from "../../src-main/common/reward-words.ts";
import { shownRunStore } from "../state/shown-run-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { chartCurves, type Curves, runOfLead, runOfOptimizer } from "./chart-curves.ts";
import { chartPicture } from "./chart-picture.ts";
import { Chart, type Curve } from "./Chart.tsx";
import { colourOf } from "./colour-of.ts";
import { otherOptimizers, printCsv } from "./metric-series.ts";
import { optimizerTitles } from "./optimizer-titles.ts";
import { heldBackStory, stoppingStory } from "./run-story.ts";
import { saveBlob } from "./save-file.ts";
import { type ShownRun, useRunDetail } from "./use-run-detail.ts";
import { useRuns } from "./use-runs.ts";

const words = text.learning.run;
const MOST_SMOOTHING = 0.98;

export function RunCharts({ run, shown }: { readonly run: string; readonly shown: ShownRun | null }) {
  const beside = shownRunStore((state) => state.beside);
  const other = useRunDetail(beside);
  const [smoothing, setSmoothing] = useState(0.8);
  const surfaces = useRef(new Map<string, HTMLCanvasElement>());
  const host = useRef<HTMLDivElement>(null);
  const charts = useMemo(() => (shown === null ? [] : chartsOf(shown, other, smoothing)), [shown, other, smoothing]);
  if (shown === null || shown.steps.length === 0) return <p className="rs-panel-empty">{words.noSteps}</p>;
  const { name } = shown.detail;
  const course = courseOfSteps(shown.steps);
  const savePicture = async (): Promise<void> => {
    const page = host.current;
    if (page === null) return;
    const drawn = charts.flatMap(({ label, curves: shownCurves }) => {
      const canvas = surfaces.current.get(label);
      return canvas === undefined ? [] : [{ title: label, canvas, legend: legendOf(page, shownCurves) }];
    });
    const paper = { background: colourOf(page, "--panel"), ink: colourOf(page, "--text") };
    const title = other === null ? name : words.compared(name, other.detail.name);
    saveBlob(await chartPicture(title, drawn, paper), `${name}.png`);
  };
  return (
    <div className="rs-run-charts" ref={host}>
      <div className="rs-panel-bar">
        <label>
          <span title={words.smoothingHelp}>{words.smoothing}</span>
          <input
            type="range"
            min={0}
            max={MOST_SMOOTHING}
            step={0.02}
            value={smoothing}
            onChange={(event) => setSmoothing(Number(event.target.value))}
          />
          {smoothing.toFixed(2)}
        </label>
        <CompareWith run={run} />
        <button
          type="button"
          className="rs-button rs-button-small"
          onClick={() => {
            saveCsv(shown);
            if (other !== null) saveCsv(other);
          }}
        >
          {words.csv}
        </button>
        <button type="button" className="rs-button rs-button-small" onClick={() => attempt(savePicture)}>
          {words.png}
        </button>
        <span>{course === null ? "" : words.course(describeCourse(course))}</span>
      </div>
      {[...stoppingStory(shown.detail), ...heldBackStory(shown.detail)].map((sentence) => (
        <p key={sentence} className="rs-chart-told">
          {sentence}
        </p>
      ))}
      {charts.map(({ label, axes, steps, curves }) => (
        <Chart
          key={label}
          label={label}
          axes={axes}
          steps={steps}
          curves={curves}
          onReady={(canvas) => surfaces.current.set(label, canvas)}
        />
      ))}
    </div>
  );
}

interface ShownChart {
  readonly label: string;
  readonly axes: { readonly left: string; readonly right?: string };
  readonly steps: readonly number[];
  readonly curves: readonly Curve[];
}

/** Two of each optimizer, the leading one first. */
function chartsOf(shown: ShownRun, other: ShownRun | null, smoothing: number): ShownChart[] {
  const further = otherOptimizers(shown.steps);
  const lead = chartCurves(
    runOfLead(shown, further),
    other && runOfLead(other, otherOptimizers(other.steps)),
    smoothing,
  );
  // Titles are read out of the whole workflow, and charts are drawn anew with each step: one optimizer alone needs none.
  if (further.length === 0) return twoCharts(lead, asItIs);
  const titles = optimizerTitles(shown.detail, further);
  return [
    ...twoCharts(lead, titles.lead === null ? asItIs : words.chartOf(titles.lead)),
    ...further.flatMap((node) =>
      twoCharts(
        chartCurves(runOfOptimizer(shown, node), other && runOfOptimizer(other, node), smoothing),
        words.chartOf(titles.of(node)),
      ),
    ),
  ];
}

function asItIs(chart: string): string {
  return chart;
}

function twoCharts({ steps, rewards, gradient }: Curves, label: (chart: string) => string): ShownChart[] {
  return [
    { label: label(words.charts.rewards), axes: { left: words.reward }, steps, curves: rewards },
    {
      label: label(words.charts.gradient),
      axes: { left: words.gradient, right: words.rate },
      steps,
      curves: gradient,
    },
  ];
}

function legendOf(host: HTMLElement, curves: readonly Curve[]) {
  return curves
    .filter(({ look }) => look !== "faint")
    .map(({ name, colour, look }) => ({ name, colour: colourOf(host, colour), isDashed: look === "dashed" }));
}

function saveCsv({ detail: { name }, steps }: ShownRun): void {
  saveBlob(new Blob([printCsv(steps)], { type: "text/csv" }), `${name}.csv`);
}

function CompareWith({ run }: { readonly run: string }) {
  const beside = shownRunStore((state) => state.beside);
  const runs = useRuns();
  return (
    <label>
      {words.compare}{" "}
      <select value={beside ?? ""} onChange={(event) => shownRunStore.setState({ beside: event.target.value || null })}>
        <option value="">{words.compareNone}</option>
        {runs
          .filter(({ id, step }) => id !== run && step > 0)
          .map(({ id, number, name }) => (
            <option key={id} value={id}>
              {number} {name}
            </option>
          ))}
      </select>
    </label>
  );
}
