import { expect, test } from "vitest";
import { emojiProgram } from "../learning/testing/emoji-program.ts";
import { graphKey } from "../runtime/graph-key.ts";
import { programFunctions } from "./functions/index.ts";
import { lowerPrediction } from "./functions/sample.ts";
import { Lowering } from "./lowering.ts";
import { openProgram } from "./open-program.ts";
import { host } from "./testing/given-values.ts";

function lowering(batch = 1): Lowering {
  return new Lowering({ batch, samplerEntry: () => ({ kind: "given" }) });
}

const run = (values: readonly number[]) => ({
  rate: "run" as const,
  tensor: () => ({ dtype: "float32" as const, shape: [1], data: Float32Array.from(values) }),
});

test("an input is one for each key, and is called by the first word of it, counted", () => {
  const made = lowering();
  const first = made.input("factor of one", [1], run([1]));
  const second = made.input("factor of another", [1], run([2]));
  expect([first.name, second.name]).toEqual(["factor", "factor.2"]);
  expect(made.input("factor of one", [1], run([3]))).toBe(first);
  expect([...made.feeds.keys()]).toEqual(["factor", "factor.2"]);
});

test("graphs of the same structure are equal, whatever feeds them; of another, not", () => {
  const key = (build: (made: Lowering) => void): string => {
    const made = lowering();
    build(made);
    return graphKey(made.b.build());
  };
  const sum =
    (names: readonly string[]) =>
    (made: Lowering): void => {
      const terms = names.map((name) => made.input(name, [1], run([1])));
      made.b.output(
        "sum",
        terms.reduce((x, y) => made.b.add(x, y)),
      );
    };
  expect(key(sum(["factor a", "factor b"]))).toBe(key(sum(["factor c", "factor d"])));
  expect(key(sum(["factor a", "factor a"]))).not.toBe(key(sum(["factor a", "factor b"])));
});

test("two samplers that differ in scheduler, steps, guidance and parameter predict by equal graphs", () => {
  const program = emojiProgram({
    calls: {
      other: { fn: "negative embedding", inputs: { encoder: "pipeline.encoder" }, settings: { id: "other" } },
      "cfg2.negative": { fn: "predict", inputs: { model: "unet", conditioning: "other" } },
      cfg2: { fn: "guide", inputs: { positive: "cfg.positive", negative: "cfg2.negative" }, settings: { scale: 3 } },
      sampler2: { fn: "sample", inputs: { prediction: "cfg2" }, settings: { scheduler: "euler", steps: 7 } },
      "cfg3.negative": { fn: "predict", inputs: { model: "unet", conditioning: "encoder" } },
      cfg3: { fn: "guide", inputs: { positive: "cfg.positive", negative: "cfg3.negative" }, settings: { scale: 3 } },
      sampler3: { fn: "sample", inputs: { prediction: "cfg3" } },
    },
  });
  const opened = openProgram(program, programFunctions, host);
  const key = (sampler: string): string => {
    const value = opened.open(sampler, "latent");
    if (value.kind !== "sampler") throw new Error(`${sampler} is no sampler`);
    const made = lowering(2);
    made.b.output("prediction", lowerPrediction(made, value));
    return graphKey(made.b.build());
  };
  expect(key("sampler2")).toBe(key("sampler"));
  // The negative side reads a text for each image here, not one parameter for all.
  expect(key("sampler3")).not.toBe(key("sampler"));
});
