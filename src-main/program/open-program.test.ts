import { expect, test } from "vitest";
import { z } from "zod";
import { Refusal, refuse } from "../common/diagnostic.ts";
import { emojiProgram, twoOptimizers } from "../learning/testing/emoji-program.ts";
import { defineFunction } from "./function.ts";
import { programFunctions } from "./functions/index.ts";
import { openProgram } from "./open-program.ts";
import { host } from "./testing/given-values.ts";

test("a call is opened once, and what feeds it is the same value", () => {
  const opened = openProgram(emojiProgram(), programFunctions, host);
  expect(opened.open("decoder", "image")).toBe(opened.open("decoder", "image"));
  const sampler = opened.open("sampler", "latent");
  if (sampler.kind !== "sampler") throw new Error("a sampler draws");
  expect(sampler.prediction).toBe(opened.open("cfg", "prediction"));
});

test("an input that takes many gets them in order, and one that is left out none", () => {
  const program = emojiProgram({
    calls: {
      sum: { fn: "add scores", inputs: { scores: ["held-out", "reward"] }, settings: { weights: [2, 1] } },
    },
  });
  const opened = openProgram(program, programFunctions, host);
  expect(opened.open("sum", "score").name).toBe("2 · held-out + preference");
  const sampler = opened.open("sampler", "latent");
  expect(sampler.kind === "sampler" && sampler.start).toBe(null);
});

test("what a value depends on is found, and nothing else", () => {
  const opened = openProgram(twoOptimizers(), programFunctions, host);
  expect(opened.samplersOf("reward2").map(({ ref }) => ref)).toEqual(["sampler2"]);
  expect(opened.parametersOf("reward2").map(({ ref }) => ref)).toEqual(["second"]);
  expect(opened.parametersOf("reward").map(({ ref }) => ref)).toEqual(["negative"]);
  expect(opened.promptsOf("reward").map(({ ref }) => ref)).toEqual(["prompts"]);
  expect(opened.imagesOf("reward2").map(({ ref }) => ref)).toEqual(["decoder2"]);
});

test("a refusal is told at the node that asked for the call", () => {
  const picky = defineFunction({
    name: "picky",
    help: "Refuses.",
    inputs: {},
    output: "score",
    settings: z.strictObject({}),
    open: () => refuse({ code: "picky", at: { port: "image" }, message: "no" }),
  });
  const program = emojiProgram({ calls: { bad: { fn: "picky", nodes: ["the-node"] } } });
  const opened = openProgram(program, new Map([...programFunctions, ["picky", picky]]), host);
  try {
    opened.open("bad", "score");
    throw new Error("it was opened");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.diagnostics).toMatchObject([{ code: "picky", at: { node: "the-node", port: "image" } }]);
  }
});

test("a program with a function or a call that does not exist is a fault of its maker", () => {
  const opened = openProgram(emojiProgram({ calls: { bad: { fn: "absent" } } }), programFunctions, host);
  expect(() => opened.open("bad", "score")).toThrow("the program calls absent, which is no function");
  expect(() => opened.open("missing", "score")).toThrow("the program has no call missing");
});
