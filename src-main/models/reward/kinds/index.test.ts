import { expect, test } from "vitest";
import { rewardKindNames } from "../../../common/reward-options.ts";
import { rewardKinds } from "./index.ts";

test("every kind of reward can be chosen by a name, and every name is of a kind", () => {
  expect(rewardKindNames.map(({ value }) => value).toSorted()).toEqual(rewardKinds.map(({ name }) => name).toSorted());
});
