// The samplers of diffusers by their classes: which are built here, which have the same noise, and which another one.

import { refuse } from "../common/diagnostic.ts";
import type { SchedulerName } from "../common/sampling.ts";

interface Sampling {
  /** What gives the same images; null: none here, but another sampler over the same noise does as well. */
  readonly name: SchedulerName | null;
  /** Of the noise, where the class has others than DDIM. */
  readonly defaults?: Readonly<Record<string, unknown>>;
}

const SAME_NOISE: Sampling = { name: null };
const LATENT_NOISE: Sampling = { name: null, defaults: { beta_start: 0.00085, beta_end: 0.012 } };
const DISTILLED: Sampling = { name: null, defaults: { ...LATENT_NOISE.defaults, beta_schedule: "scaled_linear" } };

/** Discrete noise, in β by timestep. All other classes have noise of other kinds. */
export const schedulerClasses: ReadonlyMap<string, Sampling> = new Map(
  Object.entries({
    DDIMScheduler: { name: "ddim" },
    // The same steps, of several samples at once.
    DDIMParallelScheduler: { name: "ddim" },
    DPMSolverMultistepScheduler: { name: "dpm++" },
    EulerDiscreteScheduler: { name: "euler" },
    DDPMScheduler: SAME_NOISE,
    DDPMParallelScheduler: SAME_NOISE,
    DEISMultistepScheduler: SAME_NOISE,
    DPMSolverSDEScheduler: LATENT_NOISE,
    DPMSolverSinglestepScheduler: SAME_NOISE,
    EulerAncestralDiscreteScheduler: SAME_NOISE,
    HeunDiscreteScheduler: LATENT_NOISE,
    KDPM2AncestralDiscreteScheduler: LATENT_NOISE,
    KDPM2DiscreteScheduler: LATENT_NOISE,
    LCMScheduler: DISTILLED,
    LMSDiscreteScheduler: SAME_NOISE,
    PNDMScheduler: SAME_NOISE,
    SASolverScheduler: SAME_NOISE,
    TCDScheduler: DISTILLED,
    UniPCMultistepScheduler: SAME_NOISE,
  } satisfies Readonly<Record<string, Sampling>>),
);

/** A file without a class is taken at its word: its keys tell the noise. @throws Refusal for a class with another noise */
export function samplingOf({ _class_name: given }: { readonly _class_name?: unknown }, file: string): Sampling {
  if (given === undefined) return SAME_NOISE;
  // Weights for Flax were published with the same configs.
  const className = typeof given === "string" ? given.replace(/^Flax/, "") : "";
  const known = schedulerClasses.get(className);
  if (known !== undefined) return known;
  return refuse({
    code: "scheduler-config",
    at: { file, part: "_class_name" },
    message: `${className.slice(0, 80) || "this"} is no sampler over the discrete noise of Stable Diffusion`,
    help: `networks trained with another noise cannot be run; known are ${[...schedulerClasses.keys()].join(", ")}`,
  });
}
