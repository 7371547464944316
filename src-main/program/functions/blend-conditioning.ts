// Between two conditionings: (1 − w) · first + w · second.

import { z } from "zod";
import { defineFunction } from "../function.ts";
import { mixedFacts } from "./embedding-spaces.ts";
import { mixConditionings } from "./mixed-conditioning.ts";

export const blendConditioning = defineFunction({
  name: "blend conditioning",
  help: "Goes from one conditioning to another: 0 is the first, 1 the second, and beyond leads away from the other.",
  inputs: { first: { kind: "conditioning" }, second: { kind: "conditioning" } },
  output: "conditioning",
  settings: z.strictObject({ weight: z.number().min(-10).max(10) }),
  infer: ({ inputs: { first, second }, fault }) =>
    mixedFacts(
      [
        { input: "first", value: first },
        { input: "second", value: second },
      ],
      fault,
    ),
  open: ({ inputs: { first, second }, settings: { weight } }) =>
    mixConditionings([
      { input: "first", conditioning: first, weight: 1 - weight },
      { input: "second", conditioning: second, weight },
    ]),
});
