// A chart of curves over steps. Colours come from the style sheet, so that it follows the theme.

import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useDark } from "../shell/use-theme.ts";

export interface Curve {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** A custom property of the style sheet, e.g. `--series-1`. */
  readonly colour: string;
  readonly look?: "faint" | "dashed";
  /** `right`: on an axis of its own. */
  readonly axis?: "left" | "right";
}

interface ChartProps {
  readonly label: string;
  readonly steps: readonly number[];
  readonly curves: readonly Curve[];
  /** Handed the drawing surface, to save it as a picture. */
  readonly onReady?: (canvas: HTMLCanvasElement) => void;
}

const HEIGHT = 220;

export function Chart({ label, steps, curves, onReady }: ChartProps) {
  const ref = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const isDark = useDark();
  const shape = curves.map(({ name, colour, look, axis }) => [name, colour, look, axis].join()).join(";");
  const data: uPlot.AlignedData = [[...steps], ...curves.map(({ values }) => [...values])];
  useEffect(() => {
    const host = ref.current;
    if (host === null) return undefined;
    const made = new uPlot(options(host, label, curves), data, host);
    plot.current = made;
    onReady?.(made.ctx.canvas);
    const resizing = new ResizeObserver(() => made.setSize({ width: host.clientWidth, height: HEIGHT }));
    resizing.observe(host);
    return () => {
      resizing.disconnect();
      made.destroy();
      plot.current = null;
    };
    // Other curves or colours make another chart; new values go into the one that is there.
  }, [shape, label, isDark]);
  useEffect(() => plot.current?.setData(data), [steps, curves]);
  return <div ref={ref} className="rs-chart" role="img" aria-label={label} />;
}

function options(host: HTMLElement, title: string, curves: readonly Curve[]): uPlot.Options {
  const colour = (name: string): string => colourOf(host, name);
  const axis = {
    stroke: colour("--muted"),
    grid: { stroke: colour("--border"), width: 1 },
    ticks: { stroke: colour("--border"), width: 1 },
  };
  const hasRight = curves.some((curve) => curve.axis === "right");
  return {
    title,
    width: host.clientWidth,
    height: HEIGHT,
    scales: { x: { time: false } },
    // The first entry is the step.
    legend: { markers: { dash: (_, i) => (curves[i - 1]?.look === "dashed" ? "dashed" : "solid") } },
    axes: [
      axis,
      { ...axis, size: 60 },
      ...(hasRight ? [{ ...axis, scale: "right", side: 1 as const, size: 70, grid: { show: false } }] : []),
    ],
    series: [
      { label: "step" },
      ...curves.map(({ name, colour: series, look, axis: side }) => ({
        label: name,
        stroke: colour(series),
        width: look === "faint" ? 1 : 2,
        alpha: look === "faint" ? 0.35 : 1,
        spanGaps: true,
        scale: side === "right" ? "right" : "y",
        points: { show: look !== "faint" && curves[0]?.values.length === 1 },
        ...(look === "dashed" ? { dash: [6, 4] } : {}),
      })),
    ],
  };
}

/** What a custom property stands for under the theme that is on: a canvas does not understand `light-dark()`. */
export function colourOf(host: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
