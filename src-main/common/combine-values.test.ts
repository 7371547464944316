import { expect, test } from "vitest";
import { combineValues } from "./combine-values.ts";
import { Refusal } from "./diagnostic.ts";

const seed = { node: "optimizer", param: "seed", values: [0, 1, 2] };
const rate = { node: "optimizer", param: "learningRate", values: [0.1, 0.2] };

test("what cannot be combined is refused in words of no front end, and at the parameter where it is one", () => {
  const refusals = [
    () => combineValues({ variations: [seed, rate], combine: "all" }, 5),
    () => combineValues({ variations: [seed, rate], combine: "pairs" }),
  ].map((combine): unknown => {
    try {
      return combine();
    } catch (error) {
      return error instanceof Refusal ? error.diagnostics[0] : error;
    }
  });
  expect(refusals).toMatchObject([
    { code: "sweep-large", at: { stage: "sweep" }, message: "these are 6 runs, more than 5" },
    { code: "sweep-pairs", at: { stage: "sweep", node: "optimizer", param: "learningRate" } },
  ]);
  expect(JSON.stringify(refusals)).not.toContain("--");
});
