import { expect, test } from "vitest";
import { programFunctions } from "../program/functions/index.ts";
import { withDefaultSinks } from "./default-sinks.ts";
import { emojiProgram } from "./testing/emoji-program.ts";

test("what is not saved gets a file of its own, and a run keeps checkpoints", () => {
  const whole = emojiProgram({
    calls: { adapted: { fn: "lora", inputs: { unet: "pipeline.unet" }, settings: { id: "adapted" } } },
    updates: { optimizer: { objective: "reward", parameters: ["negative", "adapted"], settings: {} } },
    sinks: { save: { kind: "save", parameter: "adapted", file: "Negative.safetensors" } },
  });
  expect(withDefaultSinks(whole, programFunctions).sinks).toEqual({
    ...whole.sinks,
    "negative.save": { kind: "save", parameter: "negative", file: "negative-2.safetensors" },
  });
  expect(withDefaultSinks({ ...whole, sinks: {} }, programFunctions).sinks).toEqual({
    "negative.save": { kind: "save", parameter: "negative", file: "negative.safetensors" },
    "adapted.save": { kind: "save", parameter: "adapted", file: "adapted.safetensors" },
    "default.checkpoints": { kind: "checkpoints", every: 20, keep: 3 },
  });
});
