// A chart of curves over steps, with what they are under the pointer. Colours come from the style sheet, so that it follows the theme.

import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useDark } from "../shell/use-theme.ts";
import { text } from "../text/text.ts";
import { chartOptions } from "./chart-options.ts";

export interface Curve {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** A custom property of the style sheet, e.g. `--series-1`. */
  readonly colour: string;
  /** `points`: nothing between them; `mark`: a ring around a point of another curve. */
  readonly look?: "faint" | "dashed" | "points" | "mark";
  /** How far each value is uncertain, up and down; drawn as a bar. */
  readonly spread?: readonly (number | null)[];
  /** `right`: on an axis of its own. */
  readonly axis?: "left" | "right";
}

interface ChartProps {
  readonly label: string;
  /** What stands at the axes. */
  readonly axes: { readonly left: string; readonly right?: string };
  readonly steps: readonly number[];
  readonly curves: readonly Curve[];
  /** Handed the drawing surface, to save it as a picture. */
  readonly onReady?: (canvas: HTMLCanvasElement) => void;
}

const HEIGHT = 250;

export function Chart({ label, axes, steps, curves, onReady }: ChartProps) {
  const ref = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(curves);
  latest.current = curves;
  const [isZoomed, setZoomed] = useState(false);
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const isDark = useDark();
  const shape = curves.map(({ name, colour, look, axis }) => [name, colour, look, axis].join()).join(";");
  const data: uPlot.AlignedData = [[...steps], ...curves.map(({ values }) => [...values])];
  useEffect(() => {
    const host = ref.current;
    if (host === null) return undefined;
    const options = chartOptions(host, { axes, curves, latest, onHover: setHovered, onZoom: setZoomed });
    const made = new uPlot({ ...options, width: host.clientWidth, height: HEIGHT }, data, host);
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
  // Who looks closely at a part keeps it while values come in.
  useEffect(() => plot.current?.setData(data, !isZoomed), [steps, curves]);
  const step = hovered === null ? undefined : steps[hovered.index];
  return (
    <figure className="rs-chart">
      <figcaption>
        <strong>{label}</strong>
        <span className="rs-muted">{text.learning.run.zoomHelp}</span>
        {isZoomed ? (
          <button type="button" className="rs-button rs-button-small" onClick={() => plot.current?.setData(data, true)}>
            {text.learning.run.zoomReset}
          </button>
        ) : null}
      </figcaption>
      <div ref={ref} className="rs-chart-surface" role="img" aria-label={label} />
      {hovered === null || step === undefined ? null : (
        <table className="rs-chart-hover" style={{ insetInlineStart: hovered.left, top: hovered.top }}>
          <caption>{text.learning.run.step(step)}</caption>
          <tbody>
            {curves.map(({ name, values, spread, colour }) => {
              const value = values[hovered.index];
              return value === null || value === undefined ? null : (
                <tr key={name}>
                  <th scope="row" style={{ color: `var(${colour})` }}>
                    {name}
                  </th>
                  <td>{printValue(value, spread?.[hovered.index])}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </figure>
  );
}

export interface Hovered {
  /** Of the step. */
  readonly index: number;
  /** In pixels of the page, from the top left of the chart. */
  readonly left: number;
  readonly top: number;
}

/** Rewards and rates lie some powers of ten apart. */
function printValue(value: number, spread: number | null | undefined): string {
  const print = (number: number): string =>
    (number !== 0 && Math.abs(number) < 0.001 ? number.toExponential(2) : number.toFixed(4)).replace("-", "−");
  return spread === null || spread === undefined ? print(value) : `${print(value)} ± ${print(spread)}`;
}
