import { expect, test } from "vitest";
import { describeHeldBack, heldBackInterval, type HeldBackResult } from "./held-back.ts";

const accuracy: HeldBackResult = {
  optimizer: "optimizer",
  score: "held-back accuracy",
  isShare: true,
  of: "pair",
  examples: 200,
  heldBack: 200,
  value: heldBackInterval([...Array.from({ length: 194 }, () => 1), 0.5, 0.5, 0, 0, 0, 0], true),
};

test("a share stands with Wilson's interval, in which a pair of equal scores counts half", () => {
  expect(describeHeldBack(accuracy)).toBe("held-back accuracy: 97.5 % (95 % 94.3 … 98.9) of 200 held-back pairs");
});

test("where there were too many to ask all, it is said", () => {
  expect(describeHeldBack({ ...accuracy, heldBack: 2300 })).toContain(" of 200 of 2300 held-back pairs");
});

test("of anything else the interval is of the mean", () => {
  const value = heldBackInterval([-1, -2, -3, -2], false);
  const error: HeldBackResult = { ...accuracy, score: "squared error of ratings", isShare: false, of: "rated image" };
  expect(describeHeldBack({ ...error, examples: 4, heldBack: 4, value })).toBe(
    "squared error of ratings: −2.000 (95 % −2.800 … −1.200) of 4 held-back rated images",
  );
});
