import { expect, test } from "vitest";
import { emojiProgram } from "../learning/testing/emoji-program.ts";
import { programFunctions } from "./functions/index.ts";
import { lowerUpdate } from "./lower-update.ts";
import { openProgram } from "./open-program.ts";
import { host } from "./testing/given-values.ts";

test("nothing is learned through a sampler that adds noise at each step", () => {
  const lower = (eta: number) => {
    const program = emojiProgram({ sampler: { steps: 4, gradient: { kind: "foreseen", last: 2, count: 1 }, eta } });
    const { optimizer } = program.updates;
    if (optimizer === undefined) throw new Error("the program has an optimizer");
    const opened = openProgram(program, programFunctions, host);
    return lowerUpdate(opened, optimizer, { batch: 1, chunks: new Map(), tell: [] });
  };
  expect(() => lower(0.5)).toThrow(/adds noise at each step cannot be learned through[^]*set eta to 0/);
  expect(lower(0).samplers.map(({ addsNoise }) => addsNoise)).toEqual([false]);
});
