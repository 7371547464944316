import { expect, test } from "vitest";
import { z } from "zod";
import type { NodeType } from "./workflow-node-type.ts";
import { readParams } from "./workflow-params.ts";

const type: NodeType = {
  type: "test/numbers",
  version: 1,
  title: "Numbers",
  help: "Holds numbers of every range.",
  inputs: {},
  outputs: {},
  params: z.object({
    count: z.int().positive().default(1).meta({ label: "Count", help: "How many." }),
    share: z.number().min(0).max(1).default(1).meta({ label: "Share", help: "How much of it." }),
    rate: z.number().positive().default(1).meta({ label: "Rate", help: "How fast." }),
    most: z.number().max(8).nullable().default(null).meta({ label: "Most", help: "Where it ends." }),
    any: z.number().default(1).meta({ label: "Any", help: "Any number." }),
  }),
};

test("a number that is out of its range is told with the range, in words", () => {
  const told = (params: Readonly<Record<string, unknown>>) =>
    readParams("n", { type: type.type, version: 1, params }, type).diagnostics.map(({ message }) => message);
  expect(told({ count: 0, share: 1.5, rate: 0, most: 9, any: "x" })).toEqual([
    "0 is not a whole number of 1 or more",
    "1.5 is not a number from 0 to 1",
    "0 is not a number above 0",
    "9 is not a number of at most 8",
    '"x" is not a number',
  ]);
  expect(told({ count: 1.5 })).toEqual(["1.5 is not a whole number of 1 or more"]);
  expect(told({ most: null })).toEqual([]);
});
