// Holds the schedulers to diffusers' on the trajectories of fixtures/schedulers.json, over a pseudo-network that costs nothing.

import { readFileSync } from "node:fs";
import { z } from "zod";
import { createScheduler } from "../../src-main/diffusion/create-scheduler.ts";
import { parseSchedulerConfig } from "../../src-main/diffusion/scheduler-config.ts";
import { type SchedulerState, scaleModelInput } from "../../src-main/diffusion/scheduler.ts";
import { type Figure, relativeError } from "./compare.ts";
import { fixtureFile } from "./manifest.ts";

const numbers = z.array(z.number());

const trajectory = z.object({
  scheduler: z.enum(["ddim", "dpm++", "euler"]),
  /** Whose scheduler_config.json, and what is changed in it. */
  pipeline: z.string().nullable(),
  changes: z.looseObject({}),
  eta: z.number(),
  steps: z.int(),
  timesteps: numbers,
  /** The sample after some of the steps, by index. */
  samples: z.record(z.coerce.number(), numbers),
});
type Trajectory = z.output<typeof trajectory>;

const schedulerFixture = z.object({
  noise: numbers,
  /** The noise that a sampler with eta > 0 adds at every step. */
  stepNoise: numbers,
  pipelines: z.record(z.string(), z.looseObject({})),
  cases: z.array(trajectory),
});
type SchedulerFixture = z.output<typeof schedulerFixture>;

/** The worst error of all trajectories, one figure a scheduler. */
export async function checkSchedulers(): Promise<readonly Figure[]> {
  const fixture = schedulerFixture.parse(JSON.parse(readFileSync(fixtureFile("schedulers.json"), "utf8")));
  const byScheduler = Map.groupBy(fixture.cases, ({ scheduler }) => scheduler);
  return [...byScheduler].map(([scheduler, cases]) => ({
    subject: "schedulers",
    quantity: `${scheduler}, ${cases.length} trajectories`,
    measure: "relative error",
    value: Math.max(...cases.flatMap((described) => errorsOf(fixture, described))),
    limit: { atMost: 1e-5 },
  }));
}

/** Of the timesteps, and of every sample that the fixture kept. */
function errorsOf(fixture: SchedulerFixture, described: Trajectory): readonly number[] {
  const { scheduler: name, pipeline, changes, steps, eta } = described;
  const text = JSON.stringify({ ...(pipeline === null ? {} : fixture.pipelines[pipeline]), ...changes });
  const scheduler = createScheduler(name, parseSchedulerConfig(text, "scheduler_config.json"), steps, { eta });
  const noise = Float32Array.from(fixture.stepNoise);
  const errors = [relativeError(scheduler.timesteps, described.timesteps)];
  let sample: Float32Array = Float32Array.from(fixture.noise, (value) => value * scheduler.initialNoiseSigma);
  let state: SchedulerState = {};
  for (const [index, timestep] of scheduler.timesteps.entries()) {
    const modelOutput = pseudoNetwork(scaleModelInput(scheduler, sample, index), timestep);
    ({ sample, state } = scheduler.step({ index, sample, modelOutput, state, noise }));
    const expected = described.samples[index];
    if (expected !== undefined) errors.push(relativeError(sample, expected));
  }
  return errors;
}

/** 0.5 · sin(3x + t/100), as in make_scheduler_fixture.py. */
function pseudoNetwork(x: Float32Array, timestep: number): Float32Array {
  return x.map((value) => 0.5 * Math.sin(3 * value + timestep / 100));
}
