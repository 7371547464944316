// A point a run: a parameter that varies across, what came of it up.

import { useState } from "react";
import type { RunSummary } from "../../../src-main/common/studio/run.ts";
import { text } from "../../text/text.ts";
import { scatterScale } from "./scatter-scale.ts";
import { type Measure, MEASURES, type Sweep, sweptValue } from "./sweeps.ts";

const words = text.sweep.plot;
const columns = text.sweep.panel.columns;
// Object.keys is typed string[]; the table has exactly these keys.
const NAMES = Object.keys(MEASURES) as Measure[];

/** In pixels. */
const WIDTH = 290;
const HEIGHT = 150;
const LEFT = 52;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 22;
const MOST_LETTERS = 12;

interface SweepScatterProps {
  readonly sweep: Sweep;
  readonly onOpen: (run: string) => void;
}

interface Point {
  readonly run: RunSummary;
  readonly x: number | string;
  readonly y: number;
  readonly told: string;
}

export function SweepScatter({ sweep: { labels, runs }, onOpen }: SweepScatterProps) {
  const [chosenX, setX] = useState("");
  const [chosenY, setY] = useState<Measure | null>(null);
  const x = labels.includes(chosenX) ? chosenX : (labels[0] ?? "");
  const measured = NAMES.find((name) => runs.some((run) => MEASURES[name].value(run) !== null)) ?? "heldOut";
  const y = chosenY ?? measured;
  const { value, print } = MEASURES[y];
  const points = runs.flatMap((run): Point[] => {
    const [swept, up] = [sweptValue(run, x), value(run)];
    if (swept === undefined || up === null) return [];
    const told = words.point(run.number, words.pair(x, swept.words), words.pair(columns[y], print(up)));
    return [{ run, x: typeof swept.value === "number" ? swept.value : swept.words, y: up, told }];
  });
  return (
    <figure className="rs-scatter" aria-label={words.title}>
      <figcaption className="rs-scatter-axes">
        <label>
          {words.y}
          <select value={y} onChange={(event) => setY(NAMES.find((name) => name === event.target.value) ?? null)}>
            {NAMES.map((name) => (
              <option key={name} value={name}>
                {columns[name]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.x}
          <select value={x} onChange={(event) => setX(event.target.value)}>
            {labels.map((label) => (
              <option key={label}>{label}</option>
            ))}
          </select>
        </label>
      </figcaption>
      {points.length === 0 ? (
        <p className="rs-muted">{words.waiting}</p>
      ) : (
        <Plot points={points} all={xsOf(runs, x)} print={print} onOpen={onOpen} />
      )}
      {points.length > 0 && points.length < runs.length ? (
        <small className="rs-muted">{words.left(runs.length - points.length)}</small>
      ) : null}
    </figure>
  );
}

/** Of all runs, so that points stay where they are when others come. */
function xsOf(runs: readonly RunSummary[], label: string): readonly (number | string)[] {
  return runs.flatMap((run) => {
    const swept = sweptValue(run, label);
    return swept === undefined ? [] : [typeof swept.value === "number" ? swept.value : swept.words];
  });
}

interface PlotProps {
  readonly points: readonly Point[];
  readonly all: readonly (number | string)[];
  readonly print: (value: number) => string;
  readonly onOpen: (run: string) => void;
}

function Plot({ points, all, print, onOpen }: PlotProps) {
  const across = scatterScale(all);
  const up = scatterScale(
    points.map(({ y }) => y),
    print,
  );
  const left = (at: number): number => LEFT + at * (WIDTH - LEFT - RIGHT);
  const top = (at: number): number => TOP + (1 - at) * (HEIGHT - TOP - BOTTOM);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="group" aria-label={words.title}>
      {up.ticks.map(({ at, words: told }) => (
        <g key={told} className="rs-scatter-tick">
          <line x1={LEFT} x2={WIDTH - RIGHT} y1={top(at)} y2={top(at)} />
          <text x={LEFT - 6} y={top(at)} textAnchor="end" dominantBaseline="middle">
            {told}
          </text>
        </g>
      ))}
      {across.ticks.map(({ at, words: told }) => (
        <g key={told} className="rs-scatter-tick">
          <line x1={left(at)} x2={left(at)} y1={TOP} y2={HEIGHT - BOTTOM} />
          <text x={left(at)} y={HEIGHT - 6} textAnchor="middle">
            <title>{told}</title>
            {told.length > MOST_LETTERS ? `${told.slice(0, MOST_LETTERS - 1)}…` : told}
          </text>
        </g>
      ))}
      {points.map(({ run, x, y, told }) => (
        <g
          key={run.id}
          className="rs-scatter-point"
          role="button"
          tabIndex={0}
          aria-label={told}
          transform={`translate(${left(across.at(x))} ${top(up.at(y))})`}
          onClick={() => onOpen(run.id)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            onOpen(run.id);
          }}
        >
          <title>{told}</title>
          {/* What a pointer hits is larger than what is seen. */}
          <circle r={11} className="rs-scatter-hit" />
          <circle r={5} />
        </g>
      ))}
    </svg>
  );
}
