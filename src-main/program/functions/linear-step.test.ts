import { describe, expect, test } from "vitest";
import { pattern } from "../testing/compute.ts";
import { host, emoji } from "../testing/given-values.ts";
import { linearStep } from "./linear-step.ts";

const COUNT = 12;
const sample = Float32Array.from(pattern(COUNT));
const modelOutput = Float32Array.from(pattern(COUNT, 20));
const previousOriginal = Float32Array.from(pattern(COUNT, 40));

describe.each(["ddim", "euler", "dpm++"] as const)("%s", (name) => {
  test.each([1, 2, 3, 14, 30])("of %i steps: its linear form is what its step does, at each of them", (steps) => {
    const scheduler = host.scheduler(emoji, name, steps);
    for (let index = 0; index < steps; index++) {
      const state = scheduler.isMultistep && index > 0 ? { previousOriginal } : {};
      const step = scheduler.step({ index, sample, modelOutput, state });
      const form = linearStep(scheduler, index);
      const looksBack = "previousOriginal" in state;
      for (let i = 0; i < COUNT; i++) {
        const [x, output, previous] = [sample[i] ?? NaN, modelOutput[i] ?? NaN, previousOriginal[i] ?? NaN];
        const next = form.sample * x + form.output * output + (looksBack ? form.previous * previous : 0);
        const original = form.originalSample * x + form.originalOutput * output;
        expect(Math.abs(next - (step.sample[i] ?? NaN))).toBeLessThan(1e-5 * (1 + Math.abs(next)));
        expect(Math.abs(original - (step.original[i] ?? NaN))).toBeLessThan(1e-5 * (1 + Math.abs(original)));
      }
    }
  });
});

// Folders of pipelines mean no clipping, whatever their files say: a scheduler that clips comes from elsewhere.
test("a scheduler that clips what it foresees is no linear one, and is refused", () => {
  const text = JSON.stringify({ ...JSON.parse(emoji.scheduler.text), clip_sample: true });
  const clipping = host.scheduler({ ...emoji, scheduler: { ...emoji.scheduler, text, meant: {} } }, "ddim", 10);
  expect(() => linearStep(clipping, 3)).toThrow(/this scheduler clips what it foresees/);
});
