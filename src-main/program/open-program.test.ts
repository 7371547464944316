import { expect, test } from "vitest";
import { z } from "zod";
import { type Diagnostic, Refusal, refuse } from "../common/diagnostic.ts";
import type { Program } from "../common/program/program.ts";
import { emojiProgram, twoOptimizers } from "../learning/testing/emoji-program.ts";
import { checkProgram } from "./check-program.ts";
import { defineFunction } from "./function.ts";
import { programFunctions } from "./functions/index.ts";
import { Lowering } from "./lowering.ts";
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

test("values that share others are appended once, and looked through once", () => {
  const depth = 12;
  const rows = Array.from({ length: depth }, (_, i) => {
    const below = (what: string, first: string): string => (i === 0 ? first : `${what}${i - 1}`);
    const model = { first: below("model", "unet"), second: below("model", "unet") };
    const conditioning = { first: below("context", "encoder"), second: below("context", "encoder") };
    return [
      [`model${i}`, { fn: "blend models", inputs: model, settings: { weight: 0.5 } }],
      [`context${i}`, { fn: "blend conditioning", inputs: conditioning, settings: { weight: 0.5 } }],
    ] as const;
  });
  const inputs = { model: `model${depth - 1}`, conditioning: `context${depth - 1}` };
  const deep = { fn: "predict", inputs };
  const calls = { ...Object.fromEntries(rows.flat()), "cfg.positive": deep };
  const operators = (program: ReturnType<typeof emojiProgram>): number => {
    const opened = openProgram(program, programFunctions, host);
    const lowering = new Lowering({ batch: 1, samplerEntry: () => ({ kind: "foreseen" }) });
    opened.open("decoder", "image").lower(lowering);
    return lowering.b.nodes.length;
  };
  // Two products and a sum for each mixture.
  expect(operators(emojiProgram({ calls }))).toBe(operators(emojiProgram()) + 2 * 3 * depth);
});

test("a row of calls may be longer than the stack is high", () => {
  const length = 20_000;
  const row = Array.from({ length }, (_, i) => {
    const below = i === length - 1 ? "reward" : `sum${i + 1}`;
    return [`sum${i}`, { fn: "add scores", inputs: { scores: [below] }, settings: { weights: [1] } }];
  });
  const program = emojiProgram({ calls: Object.fromEntries(row) as Program["calls"] });
  const opened = openProgram(program, programFunctions, host);
  expect(opened.open("sum0", "score").name).toBe("preference");
  expect(opened.imagesOf("sum0").map(({ ref }) => ref)).toEqual(["decoder"]);
  const begun = performance.now();
  checkProgram(program, programFunctions, "program.json");
  expect(performance.now() - begun).toBeLessThan(5000);
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

test("what is found wrong only when a value is appended to a graph is told at its node, however deep below", () => {
  const both = ["encoder", "encoder"];
  const program = emojiProgram({
    calls: {
      longer: { fn: "concat conditioning", inputs: { conditionings: both }, nodes: ["longer"] },
      mixed: {
        fn: "average conditioning",
        inputs: { conditionings: ["encoder", "longer"] },
        settings: { weights: [1, 1] },
        nodes: ["mixed"],
      },
      "cfg.positive": { fn: "predict", inputs: { model: "unet", conditioning: "mixed" }, nodes: ["cfg"] },
    },
  });
  const opened = openProgram(program, programFunctions, host);
  const lowering = new Lowering({ batch: 1, samplerEntry: () => ({ kind: "foreseen" }) });
  const fault = faultOf(() => opened.open("decoder", "image").lower(lowering));
  expect(fault).toMatchObject({ code: "conditioning-length", at: { node: "mixed" } });
});

function faultOf(work: () => unknown): Diagnostic | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.diagnostics[0];
    throw error;
  }
  return undefined;
}
