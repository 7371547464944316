import { expect, test } from "vitest";
import { CASE_NAMES, caseOf, type CaseName } from "./cases.ts";
import { goalsOf } from "./goals.ts";
import { type CaseResult, noResult, type Results, type Turn } from "./results.ts";
import { summarize } from "./summarize.ts";

const MACHINE = { processor: "one", cores: 2, memory: 8e9, system: "linux", versions: {}, date: "2026-01-01" };
const FACTS = { flops: 1e12, outside: 0.01, loading: 6, foreseen: 5e9, cuts: [] };

function turn(name: CaseName, side: Turn["side"], seconds: number, more: Partial<Turn> = {}): Turn {
  const variant = side === "ours" ? "ours" : (caseOf(name).variants[0] ?? "");
  const facts = side === "ours" ? { facts: FACTS } : {};
  return {
    side,
    variant,
    opening: 1,
    peak: 4e9,
    first: 1,
    seconds: [seconds],
    processor: [1],
    busy: 0,
    ...facts,
    ...more,
  };
}

function figures(cases: Partial<Record<CaseName, readonly Turn[]>>) {
  const filled = Object.entries(cases).map(([name, turns]): [string, CaseResult] => [
    name,
    { ...noResult(""), turns: [...turns] },
  ]);
  const results: Results = {
    format: "reneg-speed",
    formatVersion: 1,
    machine: MACHINE,
    cases: Object.fromEntries(filled),
  };
  return summarize(results);
}

test("every goal has a name, and no figure before its case was measured", () => {
  const goals = goalsOf(figures({}));
  expect(new Set(goals.map(({ goal }) => goal)).size).toBe(goals.length);
  expect(goals.every(({ figure, isReached }) => figure === null && isReached === null)).toBe(true);
});

test("a ratio is that of medians, and told beside its goal", () => {
  const name = "gradient-256";
  const measured = figures({
    [name]: [turn(name, "ours", 2), turn(name, "ours", 9), turn(name, "ours", 5), turn(name, "peer", 10)],
  });
  const goal = goalsOf(measured).find((one) => one.goal.startsWith("gradient part of a step, 256"));
  expect(goal).toMatchObject({ figure: 0.5, isReached: true, limit: { atMost: 0.55 } });
});

test("the machine's peak is the faster side's", () => {
  const measured = figures({
    "matrix-product": [turn("matrix-product", "ours", 2), turn("matrix-product", "peer", 1)],
  });
  expect(measured.peak).toBe(2 * 4096 ** 3);
});

test("what is loaded again is told apart from the first time", () => {
  const name = "first-gradient-256";
  const again = turn(name, "ours", 8, { facts: { ...FACTS, loading: 1.5 } });
  const goals = goalsOf(figures({ [name]: [turn(name, "ours", 20), again] }));
  expect(goals.filter(({ unit }) => unit === "seconds").map(({ figure, isReached }) => [figure, isReached])).toEqual([
    [6, false],
    [1.5, true],
  ]);
});

test("growth of each kind becomes a goal with an exponent, or with what a long run keeps", () => {
  const points = [4, 8, 16].map((x) => ({ x, seconds: x, bytes: 100 }));
  const grown = CASE_NAMES.filter((name) => caseOf(name).growth !== undefined);
  const cases = Object.fromEntries(grown.map((name) => [name, [turn(name, "ours", 1, { growth: points })]]));
  const goals = goalsOf(figures(cases)).filter(({ figure }) => figure !== null);
  expect(goals.filter(({ unit }) => unit === "exponent").map(({ figure }) => figure)).toEqual(
    grown.slice(0, -1).map(() => expect.closeTo(1, 9)),
  );
  expect(goals.map(({ figure }) => figure).slice(-2)).toEqual([1, 4]);
});
