// scheduler_config.json of a diffusers pipeline: noise schedule, what the network predicts, and options of the samplers.

import { z } from "zod";
import { type ConfigTable, tableSchema } from "../common/config-table.ts";
import { type Diagnostic, refuse, Refusal } from "../common/diagnostic.ts";
import { printIssue } from "../common/print-issue.ts";
import type { SchedulerName } from "../common/sampling.ts";
import { samplingOf } from "./scheduler-classes.ts";

const beta = z.number().gt(0).lt(1);
/** Timesteps that anything was ever trained with are 1000, or 4000 of the first diffusion models. */
const MOST_TIMESTEPS = 100_000;

/**
 * The keys are those of the file. An absent option takes the default of the sampler that reads it: diffusers' classes differ in theirs.
 * One sampler may take the place of another over the same noise, so one table knows the keys of all of them.
 */
export const schedulerTable = {
  className: "a scheduler",
  used: {
    _class_name: z.string().optional(),
    num_train_timesteps: z.int().positive().max(MOST_TIMESTEPS).default(1000),
    beta_start: beta.default(0.0001),
    beta_end: beta.default(0.02),
    beta_schedule: z.enum(["linear", "scaled_linear", "squaredcos_cap_v2"]).default("linear"),
    trained_betas: z.array(beta).min(1).max(MOST_TIMESTEPS).nullish(),
    rescale_betas_zero_snr: z.boolean().default(false),
    prediction_type: z.enum(["epsilon", "v_prediction", "sample"]).default("epsilon"),
    timestep_spacing: z.enum(["leading", "trailing", "linspace"]).optional(),
    steps_offset: z.int().nonnegative().max(MOST_TIMESTEPS).default(0),
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
    /** Known, so that the samplers that read them can refuse them where they would change the result. */
    thresholding: z.boolean().nullish(),
    use_exponential_sigmas: z.boolean().nullish(),
    use_beta_sigmas: z.boolean().nullish(),
    use_lu_lambdas: z.boolean().nullish(),
    interpolation_type: z.string().default("linear"),
    timestep_type: z.string().default("discrete"),
    variance_type: z.string().nullish(),
    sigma_min: z.number().nullish(),
    sigma_max: z.number().nullish(),
  },
  only: {
    // Of networks that were trained with another noise.
    use_flow_sigmas: [false, null],
    use_dynamic_shifting: [false, null],
    shift_terminal: [null],
  },
  harmless: [
    // Beside thresholding, which is refused.
    ...["dynamic_thresholding_ratio", "sample_max_value"],
    // Beside flow sigmas.
    ...["flow_shift", "time_shift_type"],
    // Of PNDM, UniPC, SA-Solver, LCM and TCD, in whose place another sampler is used.
    ...[
      "skip_prk_steps",
      "predict_x0",
      "disable_corrector",
      "solver_p",
      "predictor_order",
      "corrector_order",
      "tau_func",
    ],
    ...["original_inference_steps", "timestep_scaling", "noise_sampler_seed"],
    // Of versions before 0.5, which read their own arrays.
    "tensor_format",
  ],
} satisfies ConfigTable;

const schedulerConfig = tableSchema(schedulerTable);
export type SchedulerConfig = z.output<typeof schedulerConfig>;

/**
 * Read the text of a `scheduler_config.json`; `file` names it in diagnostics. What is not supported is refused with its key.
 * @param meant values that go before those of the text, by key
 */
export function parseSchedulerConfig(
  text: string,
  file: string,
  meant: Readonly<Record<string, unknown>> = {},
): SchedulerConfig {
  const json = parseJson(text, file);
  const sampling = samplingOf(json, file);
  const result = schedulerConfig.safeParse({ ...sampling.defaults, ...json, ...meant }, { reportInput: true });
  if (result.success) return result.data;
  throw new Refusal(
    result.error.issues.map((issue) => ({
      severity: "error",
      code: "scheduler-config",
      at: issue.path.length === 0 ? { file } : { file, part: issue.path.join(".") },
      message: printIssue(issue),
      help: "this build samples with DDIM, DPM-Solver++ (2M) and Euler over discrete noise schedules; a key that changes nothing can be removed from the file",
    })),
  );
}

function parseJson(text: string, file: string): Readonly<Record<string, unknown>> {
  const refuseJson = (message: string): never =>
    refuse({ code: "scheduler-config", at: { file }, message, help: "download the file again" });
  try {
    // Python writes infinities and NaN as bare words, which JSON does not know.
    const json: unknown = JSON.parse(text.replaceAll(/(?<=[:[,]\s*)(-?Infinity|NaN)(?=\s*[,}\]])/g, "null"));
    if (isObject(json)) return json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuseJson("the file is not valid JSON");
  }
  return refuseJson("the file is JSON, but not an object");
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** The sampler that a pipeline names as its own; for one that is not built here DDIM over the same noise schedule, with a warning. */
export function schedulerOf(
  config: SchedulerConfig,
  file: string,
): { name: SchedulerName; warnings: readonly Diagnostic[] } {
  const { _class_name: className = "an unnamed scheduler" } = config;
  const { name } = samplingOf(config, file);
  if (name !== null) return { name, warnings: [] };
  const warning: Diagnostic = {
    severity: "warning",
    code: "scheduler-class",
    at: { file, part: "_class_name" },
    message: `the pipeline samples with ${className}; DDIM with the same noise schedule takes its place`,
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
