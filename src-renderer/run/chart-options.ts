// How a chart looks and behaves, for uPlot: axes with names, faint, dashed and dotted curves, and bars of uncertainty.

import type { RefObject } from "react";
import type uPlot from "uplot";
import { text } from "../text/text.ts";
import type { Curve, Hovered } from "./Chart.tsx";
import { colourOf } from "./colour-of.ts";

interface ChartBehaviour {
  readonly axes: { readonly left: string; readonly right?: string };
  readonly curves: readonly Curve[];
  /** Of the same shape, with the newest values. */
  readonly latest: RefObject<readonly Curve[]>;
  readonly onHover: (hovered: Hovered | null) => void;
  readonly onZoom: (isZoomed: boolean) => void;
}

/** Pixels of the page. */
const POINT = 7;
const MARK = 17;
const HALF_CAP = 4;
/** Between the pointer and what is told of it. */
const APART = 14;
/** Of the read-out, so that it stays within the chart. */
const ROOM = 230;

export function chartOptions(
  host: HTMLElement,
  { axes, curves, latest, onHover, onZoom }: ChartBehaviour,
): Omit<uPlot.Options, "width" | "height"> {
  const colour = (name: string): string => colourOf(host, name);
  const axis = {
    stroke: colour("--muted"),
    grid: { stroke: colour("--border"), width: 1 },
    ticks: { stroke: colour("--border"), width: 1 },
    labelSize: 18,
    labelFont: "12px system-ui, sans-serif",
  };
  const hasRight = curves.some((curve) => curve.axis === "right");
  return {
    scales: { x: { time: false } },
    legend: {
      live: false,
      // The first entry is the step.
      markers: { dash: (_, i) => (curves[i - 1]?.look === "dashed" ? "dashed" : "solid") },
    },
    axes: [
      { ...axis, label: text.learning.run.stepAxis, size: 34 },
      { ...axis, label: axes.left, size: 56 },
      ...(hasRight
        ? [{ ...axis, label: axes.right ?? "", scale: "right", side: 1 as const, size: 64, grid: { show: false } }]
        : []),
    ],
    series: [{ label: text.learning.run.stepAxis }, ...curves.map((curve) => seriesOf(curve, colour(curve.colour)))],
    hooks: {
      draw: [(plot) => drawSpreads(plot, latest.current, colour)],
      setCursor: [(plot) => onHover(hoveredOf(plot))],
      setScale: [
        (plot, key) => {
          const [steps] = plot.data;
          const { min = null, max = null } = plot.scales[key] ?? {};
          if (key !== "x" || min === null || max === null) return;
          onZoom(min > (steps[0] ?? min) || max < (steps.at(-1) ?? max));
        },
      ],
    },
  };
}

function seriesOf({ name, look, axis, values }: Curve, stroke: string): uPlot.Series {
  return {
    label: name,
    stroke,
    width: look === "faint" ? 1 : 2,
    alpha: look === "faint" ? 0.35 : 1,
    spanGaps: true,
    scale: axis === "right" ? "right" : "y",
    ...pointsOf(look, stroke, values.length),
    ...(look === "dashed" ? { dash: [6, 4] } : {}),
  };
}

function pointsOf(look: Curve["look"], stroke: string, count: number): Partial<uPlot.Series> {
  if (look === "points") return { paths: () => null, points: { show: true, size: POINT, fill: stroke } };
  if (look === "mark") {
    return { paths: () => null, points: { show: true, size: MARK, width: 2, fill: "transparent" } };
  }
  return { points: { show: count === 1 } };
}

/** A bar from value − spread to value + spread, with a cap at either end. */
function drawSpreads(plot: uPlot, curves: readonly Curve[], colour: (name: string) => string): void {
  const { ctx } = plot;
  const pixels = window.devicePixelRatio;
  for (const [i, { spread, values, axis, colour: name }] of curves.entries()) {
    if (spread === undefined || plot.series[i + 1]?.show === false) continue;
    ctx.save();
    ctx.strokeStyle = colour(name);
    ctx.lineWidth = 1.5 * pixels;
    ctx.beginPath();
    for (const [at, value] of values.entries()) {
      const by = spread[at];
      const step = plot.data[0][at];
      if (value === null || by === null || by === undefined || step === undefined) continue;
      const scale = axis === "right" ? "right" : "y";
      const x = plot.valToPos(step, "x", true);
      const [low, high] = [plot.valToPos(value - by, scale, true), plot.valToPos(value + by, scale, true)];
      ctx.moveTo(x, low);
      ctx.lineTo(x, high);
      for (const y of [low, high]) {
        ctx.moveTo(x - HALF_CAP * pixels, y);
        ctx.lineTo(x + HALF_CAP * pixels, y);
      }
    }
    ctx.stroke();
    ctx.restore();
  }
}

function hoveredOf(plot: uPlot): Hovered | null {
  const { idx, left = -1, top = -1 } = plot.cursor;
  if (idx === null || idx === undefined || left < 0) return null;
  const { over } = plot;
  const isRight = left + APART + ROOM > over.clientWidth;
  return {
    index: idx,
    left: over.offsetLeft + (isRight ? left - APART - ROOM : left + APART),
    top: over.offsetTop + Math.min(top, over.clientHeight / 2),
  };
}
