import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { SchedulerName } from "../common/sampling.ts";
import { createScheduler } from "./create-scheduler.ts";
import { parseSchedulerConfig, type SchedulerConfig } from "./scheduler-config.ts";
import { applyForm, type Scheduler, scaleModelInput, type SchedulerState } from "./scheduler.ts";

/** What diffusers gave, by bench/parity/make_scheduler_fixture.py. */
interface Fixture {
  readonly noise: readonly number[];
  readonly stepNoise: readonly number[];
  readonly pipelines: { readonly [name: string]: object };
  readonly cases: readonly Case[];
}
interface Case {
  readonly scheduler: SchedulerName;
  readonly pipeline: string | null;
  readonly changes: object;
  readonly eta: number;
  readonly steps: number;
  readonly timesteps: readonly number[];
  readonly initialNoiseSigma: number;
  /** x̂0 at the first step. */
  readonly original: readonly number[] | null;
  /** Samples after some of the steps, by index. */
  readonly samples: { readonly [index: string]: readonly number[] };
}

const fixtureFile = new URL("../../bench/parity/fixtures/schedulers.json", import.meta.url);
// The script beside the fixture writes this shape.
const fixture = JSON.parse(readFileSync(fixtureFile, "utf8")) as Fixture;
const stepNoise = Float32Array.from(fixture.stepNoise);

const network = (input: Float32Array, timestep: number): Float32Array =>
  input.map((x) => 0.5 * Math.sin(3 * x + timestep / 100));

const configOf = (...parts: object[]): SchedulerConfig =>
  parseSchedulerConfig(JSON.stringify(Object.assign({}, ...parts)), "scheduler_config.json");

const schedulerOfCase = ({ scheduler, pipeline, changes, steps, eta }: Case): Scheduler =>
  createScheduler(scheduler, configOf(pipeline === null ? {} : (fixture.pipelines[pipeline] ?? {}), changes), steps, {
    eta,
  });

/** The largest difference beside the largest expected number; absolute where all of those are 0. */
function relativeError(given: ArrayLike<number>, expected: readonly number[]): number {
  const differences = expected.map((value, index) => Math.abs(value - (given[index] ?? NaN)));
  return Math.max(...differences) / (Math.max(...expected.map(Math.abs)) || 1);
}

const name = ({ scheduler, pipeline, changes, steps, eta }: Case): string =>
  `${scheduler} ${pipeline ?? ""} ${JSON.stringify(changes)} eta ${eta}, ${steps} steps`;

describe("trajectories agree with diffusers within 1e-5", () => {
  test.each(fixture.cases.map((described) => [name(described), described] as const))("%s", (_, described) => {
    const scheduler = schedulerOfCase(described);
    expect(relativeError(scheduler.timesteps, described.timesteps)).toBeLessThan(1e-6);
    expect(scheduler.initialNoiseSigma / described.initialNoiseSigma).toBeCloseTo(1, 6);

    let sample: Float32Array = Float32Array.from(fixture.noise, (value) => value * scheduler.initialNoiseSigma);
    let state: SchedulerState = {};
    for (const [index, timestep] of scheduler.timesteps.entries()) {
      const modelOutput = network(scaleModelInput(scheduler, sample, index), timestep);
      const result = scheduler.step({ index, sample, modelOutput, state, noise: stepNoise });
      if (index === 0 && described.original)
        expect(relativeError(result.original, described.original)).toBeLessThan(1e-5);
      ({ sample, state } = result);
      const expected = described.samples[index];
      if (expected) expect(relativeError(sample, expected)).toBeLessThan(1e-5);
    }
  });
});

describe.each(["ddim", "dpm++", "euler"] as const)("%s", (kind) => {
  const scheduler = createScheduler(kind, configOf(fixture.pipelines["sd1.5"] ?? {}), 12);
  const start = Float32Array.from(fixture.noise, (value) => value * scheduler.initialNoiseSigma);

  function runFrom(first: number, sample: Float32Array, state: SchedulerState): Float32Array[] {
    const samples: Float32Array[] = [];
    for (let index = first; index < scheduler.timesteps.length; index += 1) {
      const modelOutput = network(scaleModelInput(scheduler, sample, index), scheduler.timesteps[index] ?? 0);
      ({ sample, state } = scheduler.step({ index, sample, modelOutput, state }));
      samples.push(sample);
    }
    return samples;
  }

  test("goes on from any step with the same bits", () => {
    const whole = runFrom(0, start, {});
    let state: SchedulerState = {};
    let sample: Float32Array = start;
    for (let index = 0; index < 5; index += 1) {
      const modelOutput = network(scaleModelInput(scheduler, sample, index), scheduler.timesteps[index] ?? 0);
      ({ sample, state } = scheduler.step({ index, sample, modelOutput, state }));
    }
    expect(runFrom(5, sample, structuredClone(state))).toEqual(whole.slice(5));
  });

  test("finds the clean sample again from the true noise", () => {
    const clean = Float32Array.of(0.3, -1.2, 0.8);
    const epsilon = Float32Array.of(-0.5, 0.1, 1.4);
    for (const index of scheduler.timesteps.keys()) {
      const alpha = scheduler.alphaCumprod(index);
      const noised = applyForm({ sample: Math.sqrt(alpha), output: Math.sqrt(1 - alpha) }, clean, epsilon);
      const sample = noised.map((x) => x / scheduler.inputScale(index));
      const original = applyForm(scheduler.originalForm(index), sample, epsilon);
      expect(relativeError(original, [...clean])).toBeLessThan(1e-4 / Math.sqrt(alpha));
      expect(scheduler.step({ index, sample, modelOutput: epsilon }).original).toEqual(original);
    }
  });

  test("refuses more steps than the network knows timesteps", () => {
    expect(() => createScheduler(kind, configOf(), 1001)).toThrow(/1001 steps do not fit into the 1000/);
  });
});

test("eta is refused where no noise is added", () => {
  expect(() => createScheduler("euler", configOf(), 10, { eta: 1 })).toThrow(/eta is 1/);
});

test("epsilon prediction from pure noise is refused", () => {
  const config = configOf({ rescale_betas_zero_snr: true, timestep_spacing: "trailing" });
  expect(() => createScheduler("ddim", config, 10)).toThrow(/pure noise/);
});

test.each([
  ["ddim", { thresholding: true }],
  ["dpm++", { algorithm_type: "sde-dpmsolver++" }],
  ["dpm++", { solver_order: 3 }],
  ["dpm++", { solver_type: "heun" }],
  ["dpm++", { use_flow_sigmas: true }],
  ["euler", { timestep_type: "continuous" }],
  ["euler", { interpolation_type: "log_linear" }],
] as const)("%s refuses %o by name", (kind, changes) => {
  expect(() => createScheduler(kind, configOf(changes), 10)).toThrow(
    `scheduler_config.json › ${Object.keys(changes)[0]}`,
  );
});
