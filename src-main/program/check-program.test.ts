import { expect, test } from "vitest";
import type { Program } from "../common/program/program.ts";
import { diagnosticsOf } from "../common/testing/refusal-of.ts";
import { emojiProgram, twoOptimizers } from "../learning/testing/emoji-program.ts";
import { checkProgram } from "./check-program.ts";
import { programFunctions } from "./functions/index.ts";

function faultsOf(program: Program): string[] {
  const faults = diagnosticsOf(() => checkProgram(program, programFunctions, "program.json"));
  return faults.map(({ at, message }) => `${at.part}: ${message}`);
}

const { optimizer } = emojiProgram().updates;

test("programs that compute something are not refused, whatever is trained in them", () => {
  expect(faultsOf(emojiProgram())).toEqual([]);
  expect(faultsOf(twoOptimizers())).toEqual([]);
  const lora = { fn: "lora", inputs: { unet: "pipeline.unet" }, settings: { id: "lora" } };
  const model = { fn: "model", inputs: { unet: "lora" } };
  const updates = { optimizer: { ...optimizer, parameters: ["negative", "lora"] } };
  expect(faultsOf(emojiProgram({ calls: { lora, unet: model }, updates }))).toEqual([]);
});

test("what is not there, of another kind, or no function is told at its place, all at once", () => {
  const calls = {
    reward: { fn: "judge", inputs: { image: "decoder" } },
    decoder: { fn: "decode", inputs: { vae: "pipeline.unet", latent: "latents" } },
    cfg: { fn: "guide", inputs: { positive: "cfg.positive" }, settings: { scale: 0 } },
  };
  expect(faultsOf(emojiProgram({ calls }))).toEqual([
    "calls.reward.fn: there is no function judge",
    "calls.cfg.inputs: negative is missing",
    expect.stringMatching(/^calls\.cfg\.settings\.scale: /),
    "calls.decoder.inputs.vae: pipeline.unet is unet, not vae",
    "calls.decoder.inputs.latent: there is no call latents",
    "updates.optimizer.objective: there is no call reward",
    "updates and sinks: there is no call reward",
  ]);
});

test("calls in a circle, steps that no sampler takes, and what cannot be trained are refused", () => {
  const circle = { unet: { fn: "blend models", inputs: { first: "unet", second: "unet" }, settings: { weight: 0.5 } } };
  expect(faultsOf(emojiProgram({ calls: circle }))).toEqual(["calls.unet: depends on itself"]);
  const sampler = { steps: 4, gradient: { kind: "foreseen", last: 9, count: 1 } };
  expect(faultsOf(emojiProgram({ sampler }))).toEqual([
    "calls.sampler.settings.gradient.last: the gradient cannot be taken in the last 9 of 4 sampling steps",
  ]);
  const updates = { optimizer: { ...optimizer, parameters: ["encoder"] } };
  expect(faultsOf(emojiProgram({ updates }))).toEqual(["updates.optimizer.parameters: encoder cannot be trained"]);
  const uneven = { optimizer: { ...optimizer, rates: [1, 2], weightDecays: [] } };
  expect(faultsOf(emojiProgram({ updates: uneven }))).toEqual([
    "updates.optimizer.rates: 2 are given for 1 parameters",
    "updates.optimizer.weightDecays: 0 are given for 1 parameters",
  ]);
});
