import { expect, it } from "vitest";
import { runWith } from "../testing/run-with.ts";
import { differingParameters, OF_EVERY_RUN, sortRuns } from "./run-columns.ts";

const scale = (value: string) => ({ parameters: [{ key: "cfg.scale", label: "CFG Scale", value }] });
const runs = [
  runWith({ id: "a", number: 1, seconds: 90, ...scale("7.5") }),
  runWith({ id: "b", number: 2, seconds: 0, ...scale("10") }),
  runWith({ id: "c", number: 3, seconds: 30, ...scale("7.5") }),
];
const order = (column: string, isDescending: boolean) =>
  sortRuns(runs, [...OF_EVERY_RUN, ...differingParameters(runs)], { column, isDescending }).map(({ id }) => id);

it("runs are sorted by number, not by letter, and what has no value comes last either way", () => {
  expect(order("time", false)).toEqual(["c", "a", "b"]);
  expect(order("time", true)).toEqual(["a", "c", "b"]);
  expect(order("cfg.scale", true)).toEqual(["b", "a", "c"]);
});

it("the reward of a run is that of each of its optimizers, and the leading one's sorts it", () => {
  const course = (mean: number) => ({ first: null, last: { mean, error: null, steps: 1 } });
  const run = runWith({
    reward: course(0.5),
    otherRewards: [{ node: "optimizer-2", title: "Optimizer 2", ...course(0.25) }],
  });
  const column = OF_EVERY_RUN.find(({ id }) => id === "reward");
  expect(column?.value(run)).toBe(0.5);
  expect(column?.print(run)).toMatch(/^0\.50* · Optimizer 2 0\.250*$/);
  expect(column?.print(runWith({}))).toBe("–");
});

it("only parameters in which the listed runs differ are columns", () => {
  expect(differingParameters(runs).map(({ label }) => label)).toEqual(["CFG Scale"]);
  expect(differingParameters([runs[0], runs[2]].flatMap((run) => run ?? []))).toEqual([]);
});

it("a parameter that one of the runs does not have is one in which they differ", () => {
  const other = runWith({ id: "d", parameters: [] });
  const [column] = differingParameters([...runs.slice(0, 1), other]);
  expect(column?.print(other)).toBe("–");
});
