import { expect, test } from "vitest";
import { checkRewards } from "./check-rewards.ts";

const climbed = [{ path: "/hps", weight: 1 }];

test("a held-out reward that is not climbed needs no warning", () => {
  expect(checkRewards({ rewards: climbed, heldOut: [{ path: "/pick" }] })).toEqual([]);
});

test("a run without a held-out reward is warned", () => {
  expect(checkRewards({ rewards: climbed, heldOut: [] }).map(({ code }) => code)).toEqual(["reward-unwatched"]);
});

test("a reward that is climbed and held out is named", () => {
  const warnings = checkRewards({ rewards: climbed, heldOut: [{ path: "/pick" }, { path: "/hps" }] });
  expect(warnings.map(({ code, at }) => [code, at.file])).toEqual([["reward-climbed", "/hps"]]);
});
