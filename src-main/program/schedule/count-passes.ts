// How often networks run in a step of learning, and on the way of a sampler.

import type { OpenedSampler } from "../values.ts";
import type { CutGraph } from "./cut.ts";

export interface SamplingPasses {
  /** Of the whole network. */
  readonly whole: number;
  /** Of its last layer, from kept features. */
  readonly cached: number;
}

/** Of so many sampling steps, one after the other. */
export function passesOfSteps(steps: number, { cacheInterval }: Pick<OpenedSampler, "cacheInterval">): SamplingPasses {
  // Steps may be an average, of less than one.
  const whole = cacheInterval === 1 ? steps : Math.min(steps, Math.ceil(steps / cacheInterval));
  return { whole, cached: steps - whole };
}

/** How often what predicts for a sampler runs in a step, on average over what is drawn. */
export function samplingPasses(sampler: OpenedSampler, { cuts }: CutGraph): SamplingPasses {
  const { ref, scheduler, gradient, start, cacheInterval } = sampler;
  const steps = scheduler.timesteps.length;
  const begun = start?.from ?? 0;
  if (gradient.kind === "unrolled") return passesOfSteps(steps - gradient.steps - begun, sampler);
  const { last, count } = gradient;
  // Of `count` different steps out of the last ones, the latest is on average at count · (last + 1) / (count + 1).
  const latest = steps - last + (count * (last + 1)) / (count + 1) - begun;
  if (!cuts.some((border) => border.sampler === ref)) return passesOfSteps(latest - 1, sampler);
  const { whole, cached } = passesOfSteps(latest, sampler);
  // A gradient takes no prediction that was made from kept features: the whole network then runs once more.
  return { whole: whole + count * (1 - 1 / cacheInterval), cached };
}

/** How often the graph of the gradient runs for a micro-batch. */
export function gradientPasses(samplers: readonly OpenedSampler[]): number {
  return Math.max(1, ...samplers.map(({ gradient }) => (gradient.kind === "foreseen" ? gradient.count : 1)));
}
