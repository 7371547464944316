// scheduler_config.json of a diffusers pipeline: noise schedule, what the network predicts, and options of the samplers.

import { z } from "zod";
import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import type { SchedulerName } from "../common/sampling.ts";

/**
 * The keys are those of the file. An absent option takes the default of the sampler that reads it: diffusers' classes differ in theirs.
 * Keys that only other samplers know are ignored.
 */
const schedulerConfig = z.object({
  _class_name: z.string().optional(),
  num_train_timesteps: z.int().positive().default(1000),
  beta_start: z.number().gt(0).lt(1).default(0.0001),
  beta_end: z.number().gt(0).lt(1).default(0.02),
  beta_schedule: z.enum(["linear", "scaled_linear", "squaredcos_cap_v2"]).default("linear"),
  trained_betas: z.array(z.number().gt(0).lt(1)).min(1).nullish(),
  rescale_betas_zero_snr: z.boolean().default(false),
  prediction_type: z.enum(["epsilon", "v_prediction", "sample"]).default("epsilon"),
  timestep_spacing: z.enum(["leading", "trailing", "linspace"]).optional(),
  steps_offset: z.int().nonnegative().default(0),
  /** DDIM only. */
  clip_sample: z.boolean().default(true),
  clip_sample_range: z.number().positive().default(1),
  set_alpha_to_one: z.boolean().default(true),
  /** DPM-Solver++ and Euler only. */
  use_karras_sigmas: z.boolean().nullish(),
  final_sigmas_type: z.enum(["zero", "sigma_min"]).default("zero"),
  /** DPM-Solver++ only. Files hold -Infinity for "never", which is read as null. */
  solver_order: z.int().positive().default(2),
  solver_type: z.string().default("midpoint"),
  algorithm_type: z.string().default("dpmsolver++"),
  lower_order_final: z.boolean().default(true),
  euler_at_final: z.boolean().default(false),
  lambda_min_clipped: z.number().nullish(),
  /** Known, so that they can be refused where they would change the result. */
  thresholding: z.boolean().nullish(),
  use_exponential_sigmas: z.boolean().nullish(),
  use_beta_sigmas: z.boolean().nullish(),
  use_lu_lambdas: z.boolean().nullish(),
  use_flow_sigmas: z.boolean().nullish(),
  interpolation_type: z.string().default("linear"),
  timestep_type: z.string().default("discrete"),
  variance_type: z.string().nullish(),
});
export type SchedulerConfig = z.output<typeof schedulerConfig>;

/** Read the text of a `scheduler_config.json`; `file` names it in diagnostics. An unsupported value is refused with its key. */
export function parseSchedulerConfig(text: string, file: string): SchedulerConfig {
  try {
    // Python writes infinities and NaN as bare words, which JSON does not know.
    return schedulerConfig.parse(JSON.parse(text.replaceAll(/(?<=[:[,]\s*)(-?Infinity|NaN)(?=\s*[,}\]])/g, "null")));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    return refuse({
      code: "scheduler-config",
      at: issue === undefined || issue.path.length === 0 ? { file } : { file, part: issue.path.join(".") },
      message:
        issue === undefined ? "the file is not valid JSON" : `unsupported value (${issue.message.toLowerCase()})`,
      help: "this build samples with DDIM, DPM-Solver++ (2M) and Euler over discrete noise schedules",
    });
  }
}

const SCHEDULER_OF_CLASS: { readonly [className: string]: SchedulerName | undefined } = {
  DDIMScheduler: "ddim",
  DPMSolverMultistepScheduler: "dpm++",
  EulerDiscreteScheduler: "euler",
};

/** The sampler that a pipeline names as its own; for one that is not built here DDIM over the same noise schedule, with a warning. */
export function schedulerOf(
  config: SchedulerConfig,
  file: string,
): { name: SchedulerName; warnings: readonly Diagnostic[] } {
  const className = config._class_name ?? "";
  const name = Object.hasOwn(SCHEDULER_OF_CLASS, className) ? SCHEDULER_OF_CLASS[className] : undefined;
  if (name !== undefined) return { name, warnings: [] };
  const warning: Diagnostic = {
    severity: "warning",
    code: "scheduler-class",
    at: { file, part: "_class_name" },
    message: `the pipeline samples with ${className || "an unnamed scheduler"}; DDIM with the same noise schedule takes its place`,
    help: "choose ddim, dpm++ or euler yourself if the images are not as expected",
  };
  return { name: "ddim", warnings: [warning] };
}

/** Refuse those of the named options whose value is not `false`, absent or the usual word. */
export function refuseOptions(
  config: SchedulerConfig,
  scheduler: string,
  usual: { readonly [Key in keyof SchedulerConfig]?: readonly SchedulerConfig[Key][] },
): void {
  // Object.entries widens keys to string; they are keys of the config by the parameter's type.
  for (const [key, values] of Object.entries(usual) as [keyof SchedulerConfig, readonly unknown[]][]) {
    const value = config[key];
    if (value === undefined || value === null || values.includes(value)) continue;
    refuse({
      code: "scheduler-option",
      at: { part: `scheduler_config.json › ${key}` },
      message: `${scheduler} with ${key} = ${JSON.stringify(value)} is not supported`,
      help: `choose another scheduler, or set ${key} to ${JSON.stringify(values[0])}`,
    });
  }
}
