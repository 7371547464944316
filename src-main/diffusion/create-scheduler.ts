// A sampler by name, over the noise schedule of a pipeline.

import { refuse } from "../common/diagnostic.ts";
import type { SchedulerName } from "../common/sampling.ts";
import type { SchedulerConfig } from "./scheduler-config.ts";
import type { Scheduler } from "./scheduler.ts";
import { createDdim } from "./schedulers/ddim.ts";
import { createDpmSolverMultistep } from "./schedulers/dpm-solver-multistep.ts";
import { createEuler } from "./schedulers/euler.ts";

export interface SchedulerOptions {
  /** DDIM only: 0 is deterministic, 1 adds as much noise as DDPM. */
  readonly eta?: number;
  /** DDIM only: what a sample is scaled down to where there is much noise, as VideoCrafter2 has it; 1 leaves it as it is. */
  readonly rescale?: number;
}

/** Options and step counts that a sampler cannot serve are refused. */
export function createScheduler(
  name: SchedulerName,
  config: SchedulerConfig,
  steps: number,
  { eta = 0, rescale = 1 }: SchedulerOptions = {},
): Scheduler {
  if (eta !== 0 && name !== "ddim") {
    refuse({
      code: "scheduler-option",
      at: { option: "eta" },
      message: `${name} adds no noise, but eta is ${eta}`,
      help: "choose the scheduler ddim, or leave eta at 0",
    });
  }
  if (rescale !== 1 && name !== "ddim") {
    refuse({
      code: "scheduler-option",
      at: { option: "rescale" },
      message: `${name} does not scale samples, but rescale is ${rescale}`,
      help: "choose the scheduler ddim, or leave rescale at 1",
    });
  }
  switch (name) {
    case "ddim":
      return createDdim(config, steps, eta, rescale);
    case "dpm++":
      return createDpmSolverMultistep(config, steps);
    case "euler":
      return createEuler(config, steps);
  }
}
