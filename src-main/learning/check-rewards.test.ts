import { expect, test } from "vitest";
import { checkRewards } from "./check-rewards.ts";
import { emojiProgram } from "./testing/emoji-program.ts";

function warnings(heldOut: readonly string[]) {
  const { optimizer } = emojiProgram().updates;
  return checkRewards(emojiProgram({ updates: { optimizer: { ...optimizer, heldOut } } }));
}

test("a held-out reward that is not maximized needs no warning", () => {
  expect(checkRewards(emojiProgram())).toEqual([]);
});

test("an optimizer without a held-out reward is warned at its node", () => {
  expect(warnings([]).map(({ code, at }) => [code, at])).toEqual([
    ["reward-unwatched", { node: "optimizer", port: "watched" }],
  ]);
});

test("a reward that is maximized and held out is named", () => {
  const found = warnings(["held-out", "reward"]).map(({ code, at }) => [code, at.file]);
  expect(found).toEqual([["reward-climbed", "emoji:rewards/preference"]]);
});
