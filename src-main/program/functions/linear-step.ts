// A sampler's step as a linear form of what is known at it, found by trying it on unit vectors: for schedulers that are linear.

import { refuse } from "../../common/diagnostic.ts";
import type { Scheduler } from "../../diffusion/scheduler.ts";

/** x_next = sample · x_t + output · ε̃ + previous · x̂0 of the step before, and x̂0 in the same terms. */
export interface LinearStep {
  readonly sample: number;
  readonly output: number;
  readonly previous: number;
  readonly originalSample: number;
  readonly originalOutput: number;
}

/** So small that no scheduler clips it. */
const UNIT = 2 ** -20;

/** @throws Refusal for a scheduler that clips, whose step is not linear */
export function linearStep(scheduler: Scheduler, index: number): LinearStep {
  const at = (size: number) => {
    const { sample, original } = scheduler.step({
      index,
      sample: Float32Array.of(size, 0, 0),
      modelOutput: Float32Array.of(0, size, 0),
      state: scheduler.isMultistep && index > 0 ? { previousOriginal: Float32Array.of(0, 0, size) } : {},
    });
    return { sample: sample.map((x) => x / size), original: original.map((x) => x / size) };
  };
  const small = at(UNIT);
  const large = at(1024);
  if (small.sample.some((x, i) => Math.abs(x - (large.sample[i] ?? NaN)) > 1e-4 * (1 + Math.abs(x)))) {
    return refuse({
      code: "scheduler-clips",
      at: { part: "scheduler_config.json › clip_sample" },
      message: "this scheduler clips what it foresees, and so the gradient cannot go through its steps",
      help: "take the gradient from one late step, or set clip_sample to false",
    });
  }
  const [sample = NaN, output = NaN, previous = NaN] = small.sample;
  const [originalSample = NaN, originalOutput = NaN] = small.original;
  return { sample, output, previous, originalSample, originalOutput };
}
