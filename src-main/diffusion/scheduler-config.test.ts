import { expect, test } from "vitest";
import { parseSchedulerConfig, schedulerOf } from "./scheduler-config.ts";

const FILE = "scheduler/scheduler_config.json";

test("infinities, as Python writes them, are read", () => {
  const config = parseSchedulerConfig('{"lambda_min_clipped": -Infinity, "trained_betas": null}', FILE);
  expect(config.lambda_min_clipped).toBeNull();
});

test("a value that no sampler here understands is refused with its key", () => {
  expect(() => parseSchedulerConfig('{"prediction_type": "flow_prediction"}', FILE)).toThrow(
    `${FILE} › prediction_type`,
  );
  expect(() => parseSchedulerConfig('{"beta_schedule": "sigmoid"}', FILE)).toThrow(`${FILE} › beta_schedule`);
  expect(() => parseSchedulerConfig("<html>", FILE)).toThrow("not valid JSON");
});

test("a pipeline's own sampler is taken where it is built here", () => {
  const config = parseSchedulerConfig('{"_class_name": "EulerDiscreteScheduler"}', FILE);
  expect(schedulerOf(config, FILE)).toEqual({ name: "euler", warnings: [] });
});

test("DDIM takes the place of any other sampler, with a warning", () => {
  const { name, warnings } = schedulerOf(parseSchedulerConfig('{"_class_name": "PNDMScheduler"}', FILE), FILE);
  expect(name).toBe("ddim");
  expect(warnings.map(({ severity, message }) => ({ severity, message }))).toEqual([
    {
      severity: "warning",
      message: "the pipeline samples with PNDMScheduler; DDIM with the same noise schedule takes its place",
    },
  ]);
});

test("an unknown key, and a sampler over another noise, are refused by name", () => {
  expect(() => parseSchedulerConfig('{"snr_shift": 2}', FILE)).toThrow(`${FILE} › snr_shift`);
  expect(() => parseSchedulerConfig('{"_class_name": "FlowMatchEulerDiscreteScheduler"}', FILE)).toThrow(
    "FlowMatchEulerDiscreteScheduler is no sampler over the discrete noise",
  );
  expect(() => parseSchedulerConfig('{"_class_name": "__proto__"}', FILE)).toThrow("__proto__ is no sampler");
  expect(() => parseSchedulerConfig('{"num_train_timesteps": 1e15}', FILE)).toThrow("it must be at most 100000");
});

test("where a class has defaults of its own for the noise, an absent key means those", () => {
  expect(parseSchedulerConfig('{"_class_name": "HeunDiscreteScheduler"}', FILE).beta_end).toBe(0.012);
  expect(parseSchedulerConfig('{"_class_name": "FlaxPNDMScheduler"}', FILE).beta_end).toBe(0.02);
});

test("what a pipeline means goes before what its file says", () => {
  const config = parseSchedulerConfig('{"steps_offset": 0, "clip_sample": true}', FILE, { steps_offset: 1 });
  expect(config).toMatchObject({ steps_offset: 1, clip_sample: true });
});
