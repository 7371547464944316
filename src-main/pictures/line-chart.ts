// Curves over the steps of a run as one SVG: a panel for each quantity, one below the other, since their scales differ.

import { elementAt } from "../diffusion/element-at.ts";
import { niceAxis, type Axis } from "./axis-ticks.ts";

export interface LineChart {
  readonly title: string;
  readonly panels: readonly ChartPanel[];
}

export interface ChartPanel {
  /** The quantity, with its unit if it has one. */
  readonly title: string;
  readonly series: readonly ChartSeries[];
}

export interface ChartSeries {
  readonly name: string;
  /** By ascending step; all values finite. */
  readonly points: readonly ChartPoint[];
}

export interface ChartPoint {
  readonly step: number;
  readonly value: number;
}

const INK = "#1f2430";
const FAINT_INK = "#6b7280";
const GRID = "#e5e7eb";
const PAPER = "#ffffff";
/** Told apart by colour-blind readers too: Okabe & Ito 2008. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"] as const;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

// All in pixels.
const WIDTH = 760;
const LEFT = 72;
const RIGHT = 76;
const TITLE_HEIGHT = 52;
const PANEL_TITLE_HEIGHT = 34;
const PLOT_HEIGHT = 180;
const PANEL_GAP = 22;
const FOOT_HEIGHT = 52;

/** With fewer points than this every one of them is shown, and no running mean. */
const SMOOTHED_FROM = 12;

/** A complete SVG file. Each series is drawn as measured, thinly, and as its running mean, strongly. */
export function drawLineChart({ title, panels }: LineChart): string {
  const steps = panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(({ step }) => step)));
  const stepAxis = niceAxis(Math.min(0, ...steps), Math.max(1, ...steps), 8, { isTight: true, smallestStep: 1 });
  const panelPitch = PANEL_TITLE_HEIGHT + PLOT_HEIGHT + PANEL_GAP;
  const height = TITLE_HEIGHT + panels.length * panelPitch - PANEL_GAP + FOOT_HEIGHT;
  const isLast = (index: number): boolean => index === panels.length - 1;
  const valueAxes = panels.map(valueAxisOf);
  // What stands at the ends is compared across panels, and therefore told alike.
  const endDecimals = 1 + Math.max(0, ...valueAxes.map((axis) => axis?.decimals ?? 0));
  const drawn = panels.map((panel, index) => {
    const top = TITLE_HEIGHT + index * panelPitch + PANEL_TITLE_HEIGHT;
    const valueAxis = valueAxes[index] ?? null;
    return drawPanel(panel, { top, stepAxis, valueAxis, endDecimals, firstColour: index, isLast: isLast(index) });
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
      `role="img" font-family="${FONT}" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" fill="${PAPER}" stroke="${GRID}"/>`,
    text(title, { x: 24, y: 34, size: 17, weight: 600 }),
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

/**
 * Exponential running mean over about a tenth of the points, corrected for its start (Kingma & Ba 2015, §3):
 * mₜ = β·mₜ₋₁ + (1 − β)·xₜ, shown as mₜ / (1 − βᵗ).
 */
export function runningMean(values: readonly number[]): readonly number[] {
  const span = Math.max(5, values.length / 10);
  const decay = 1 - 2 / (span + 1);
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    sum = decay * sum + (1 - decay) * value;
    weight = decay * weight + (1 - decay);
    return sum / weight;
  });
}

interface PanelPlace {
  /** Of the plot itself, below the panel's title. */
  readonly top: number;
  readonly stepAxis: Axis;
  /** `null`: nothing was measured. */
  readonly valueAxis: Axis | null;
  /** Of the last values. */
  readonly endDecimals: number;
  readonly firstColour: number;
  /** Whether the steps are written below it. */
  readonly isLast: boolean;
}

type Scale = (value: number) => number;

function valueAxisOf({ title, series }: ChartPanel): Axis | null {
  const values = series.flatMap(({ points }) => points.map(({ value }) => value));
  if (!values.every(Number.isFinite)) throw new Error(`"${title}" has values that are not finite`);
  return values.length === 0 ? null : niceAxis(Math.min(...values), Math.max(...values), 5);
}

function drawPanel({ title, series }: ChartPanel, place: PanelPlace): string {
  const { top, stepAxis, valueAxis, endDecimals, firstColour, isLast } = place;
  const bottom = top + PLOT_HEIGHT;
  const heading = text(title, { x: LEFT, y: top - 12, weight: 600, size: 13 });
  if (valueAxis === null) {
    return heading + text("not measured", { x: LEFT, y: top + PLOT_HEIGHT / 2, colour: FAINT_INK });
  }
  const x = scale(stepAxis, LEFT, WIDTH - RIGHT);
  const y = scale(valueAxis, bottom, top);
  const colourOf = (index: number): string => COLOURS[(firstColour + index) % COLOURS.length] ?? INK;
  return [
    heading,
    drawLegend(series, colourOf, top - 12),
    ...valueAxis.ticks.map((tick) => drawValueTick(print(tick, valueAxis.decimals), y(tick))),
    ...stepAxis.ticks.map((tick) => drawStepTick(tick, x(tick), bottom, isLast)),
    ...(isLast ? [text("step", { x: (LEFT + WIDTH - RIGHT) / 2, y: bottom + 38, anchor: "middle" })] : []),
    ...series.map(({ points }, index) => drawCurve(points, { x, y, colour: colourOf(index), endDecimals })),
  ].join("\n");
}

function scale({ low, high }: Axis, from: number, to: number): Scale {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

function drawValueTick(label: string, y: number): string {
  const line = `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y)}" y2="${round(y)}" stroke="${GRID}"/>`;
  return line + text(label, { x: LEFT - 10, y: y + 4, anchor: "end", colour: FAINT_INK });
}

function drawStepTick(step: number, x: number, bottom: number, isLabelled: boolean): string {
  const line = `<line x1="${round(x)}" x2="${round(x)}" y1="${bottom}" y2="${bottom + 5}" stroke="${FAINT_INK}"/>`;
  return isLabelled ? line + text(String(step), { x, y: bottom + 20, anchor: "middle", colour: FAINT_INK }) : line;
}

interface CurveStyle {
  readonly x: Scale;
  readonly y: Scale;
  readonly colour: string;
  readonly endDecimals: number;
}

function drawCurve(points: readonly ChartPoint[], { x, y, colour, endDecimals }: CurveStyle): string {
  const last = points.at(-1);
  if (last === undefined) return "";
  const isSmoothed = points.length >= SMOOTHED_FROM;
  const values = points.map(({ value }) => value);
  const strong = isSmoothed ? runningMean(values) : values;
  const path = (heights: readonly number[]): string =>
    points.map(({ step }, i) => `${i === 0 ? "M" : "L"}${round(x(step))} ${round(y(elementAt(heights, i)))}`).join("");
  const thin = `<path d="${path(values)}" fill="none" stroke="${colour}" stroke-opacity="0.3" stroke-width="1.25"/>`;
  const thick =
    `<path d="${path(strong)}" fill="none" stroke="${colour}" stroke-width="2.25" ` +
    `stroke-linejoin="round" stroke-linecap="round"/>`;
  const dots = points.map(
    ({ step, value }) => `<circle cx="${round(x(step))}" cy="${round(y(value))}" r="3" fill="${colour}"/>`,
  );
  const end = elementAt(strong, strong.length - 1);
  const label = text(print(end, endDecimals), { x: x(last.step) + 8, y: y(end) + 4, colour, weight: 600 });
  return [...(isSmoothed ? [thin] : dots), thick, label].join("");
}

/** Right above the plot: what the lines are. */
function drawLegend(series: readonly ChartSeries[], colourOf: (index: number) => string, y: number): string {
  const isSmoothed = series.some(({ points }) => points.length >= SMOOTHED_FROM);
  const names = series.length > 1 ? series.map(({ name }) => name) : [];
  const spans = names.map((name, i) => `<tspan fill="${colourOf(i)}" font-weight="600">${escapeXml(name)}</tspan>`);
  const how = isSmoothed ? "thin: as measured · strong: running mean" : "each measurement";
  const content = [...spans, `<tspan fill="${FAINT_INK}">${how}</tspan>`].join(
    `<tspan fill="${FAINT_INK}"> · </tspan>`,
  );
  return `<text x="${WIDTH - RIGHT}" y="${y}" text-anchor="end">${content}</text>`;
}

interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly colour?: string;
  readonly size?: number;
  readonly weight?: number;
}

function text(content: string, { x, y, anchor = "start", colour = INK, size = 12, weight = 400 }: TextStyle): string {
  const style = `fill="${colour}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}"`;
  return `<text x="${round(x)}" y="${round(y)}" ${style}>${escapeXml(content)}</text>`;
}

/** With a true minus sign. */
function print(value: number, decimals: number): string {
  return value.toFixed(decimals).replace("-", "−");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeXml(content: string): string {
  return content.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
