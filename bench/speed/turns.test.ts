import { expect, test } from "vitest";
import type { SpeedCase } from "./cases.ts";
import { type CaseResult, noResult, type Side, type Turn } from "./results.ts";
import { fastestVariant, turnsLeft } from "./turns.ts";

const CASE: SpeedCase = {
  ...{ title: "a case", models: "emoji", work: "decode", side: 64 },
  ...{ variants: ["one", "other"], apart: ["half"], seconds: { ours: 1, peer: 2 } },
};
const WITH_PEER = { rounds: 2, hasPeer: true };

function turn(side: Side, variant: string): Turn {
  return { side, variant, opening: 1, peak: 1, first: 1, seconds: [1], processor: [1], busy: 0 };
}

function order(done: CaseResult, asked = CASE, options = WITH_PEER): string[] {
  return turnsLeft(asked, done, options).map(({ variants, isProbe }) => (isProbe ? "probe" : variants.join()));
}

test("both sides take turns, after it is known in which way the peer is the fastest", () => {
  expect(order(noResult(""))).toEqual(["ours", "probe", "one", "ours", "one", "half"]);
});

test("a run goes on where it was stopped, with the fastest way of the peer", () => {
  const done = { ...noResult(""), turns: [turn("ours", "ours")], probe: { one: 3, other: 2 } };
  expect(fastestVariant(CASE, done)).toBe("other");
  expect(order(done)).toEqual(["other", "ours", "other", "half"]);
  const next = { ...done, turns: [...done.turns, turn("peer", "other"), turn("peer", "half")] };
  expect(order(next)).toEqual(["ours", "other"]);
});

test("a peer that comes later has its turns without ours once more", () => {
  const done = { ...noResult(""), turns: [turn("ours", "ours"), turn("ours", "ours")] };
  expect(order(done, CASE, { ...WITH_PEER, hasPeer: false })).toEqual([]);
  expect(order(done)).toEqual(["probe", "one", "one", "half"]);
});

test("growth is measured once, and by ours alone", () => {
  expect(order(noResult(""), { ...CASE, variants: [], apart: [], growth: { axis: "batch" } })).toEqual(["ours"]);
});
