import sharp from "sharp";
import { expect, test } from "vitest";
import { drawLineChart, runningMean, type ChartPoint } from "./line-chart.ts";

function rising(count: number): readonly ChartPoint[] {
  return Array.from({ length: count }, (_, i) => ({ step: i + 1, value: i / 10 }));
}

/** The corners of each drawn line. */
function curvesOf(svg: string): readonly (readonly { x: number; y: number }[])[] {
  return [...svg.matchAll(/<path d="([^"]+)"/g)].map(([, path]) =>
    [...(path ?? "").matchAll(/[ML](\S+) ([^ML]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) })),
  );
}

test("a curve goes from left to right, and higher values stand higher", () => {
  const svg = drawLineChart({ title: "t", panels: [{ title: "reward", series: [{ name: "a", points: rising(5) }] }] });
  const [curve = []] = curvesOf(svg);
  expect(curve).toHaveLength(5);
  for (let i = 1; i < curve.length; i++) {
    expect(curve[i]?.x).toBeGreaterThan(curve[i - 1]?.x ?? NaN);
    expect(curve[i]?.y).toBeLessThan(curve[i - 1]?.y ?? NaN);
  }
});

test("a long series is drawn as measured and as its running mean, a short one with its points", () => {
  const chart = (count: number): string =>
    drawLineChart({ title: "t", panels: [{ title: "reward", series: [{ name: "a", points: rising(count) }] }] });
  expect([curvesOf(chart(40)).length, chart(40).match(/<circle/g)]).toEqual([2, null]);
  expect([curvesOf(chart(4)).length, chart(4).match(/<circle/g)?.length]).toEqual([1, 4]);
});

test("panels have scales of their own", () => {
  const large = rising(5).map(({ step, value }) => ({ step, value: 1000 * value }));
  const svg = drawLineChart({
    title: "t",
    panels: [
      { title: "small", series: [{ name: "a", points: rising(5) }] },
      { title: "large", series: [{ name: "b", points: large }] },
    ],
  });
  const [small = [], big = []] = curvesOf(svg);
  const offset = (big[0]?.y ?? NaN) - (small[0]?.y ?? NaN);
  expect(big.map(({ y }) => y)).toEqual(small.map(({ y }) => y + offset));
});

test("last values of all panels have as many decimals, whatever their axes have", () => {
  const panel = (title: string, values: readonly number[]) => ({
    title,
    series: [{ name: title, points: values.map((value, i) => ({ step: i + 1, value })) }],
  });
  const svg = drawLineChart({ title: "t", panels: [panel("wide", [0.2, 0.7]), panel("narrow", [0.76, 0.786])] });
  const ends = [...svg.matchAll(/font-weight="600" text-anchor="start">([\d.]+)</g)].map(([, end]) => end);
  expect(ends).toEqual(["0.700", "0.786"]);
});

test("the file is a picture that any SVG reader draws, also without values and with markup in its names", async () => {
  const svg = drawLineChart({
    title: `<b> & "c"`,
    panels: [
      { title: "none", series: [] },
      { title: "one", series: [{ name: "a", points: [{ step: 3, value: -2 }] }] },
    ],
  });
  expect(svg).toContain("not measured");
  expect(svg).toContain("&lt;b&gt; &amp; &quot;c&quot;");
  const { width, height } = await sharp(Buffer.from(svg)).metadata();
  expect([width, height]).toEqual([760, 554]);
});

test("the running mean starts at the first value, keeps a constant and follows a jump from behind", () => {
  expect(runningMean([3, 3, 3])).toEqual([3, 3, 3]);
  const jump = runningMean([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(jump.slice(0, 4)).toEqual([0, 0, 0, 0]);
  // β = 2/3 and the weights (1 − β)·βᵏ: after one step of five, (1/3) / (1 − (2/3)⁵).
  expect(jump[4]).toBeCloseTo(1 / 3 / (1 - (2 / 3) ** 5), 12);
  expect(jump[7]).toBeLessThan(1);
});

test("a value that is not finite is our own fault", () => {
  const points = [{ step: 1, value: NaN }];
  expect(() => drawLineChart({ title: "t", panels: [{ title: "reward", series: [{ name: "a", points }] }] })).toThrow(
    '"reward" has values that are not finite',
  );
});
