// The noise that families of models were trained with, in the words of scheduler_config.json: for files that do not say it.

const COMMON = {
  _class_name: "DDIMScheduler",
  num_train_timesteps: 1000,
  beta_start: 0.00085,
  beta_end: 0.012,
  timestep_spacing: "leading",
  steps_offset: 1,
  set_alpha_to_one: false,
  clip_sample: false,
} as const;

/** Stable Diffusion 1.x and 2.x, ModelScope, VideoCrafter; only what the network predicts differs. */
export const LATENT_DIFFUSION = { ...COMMON, beta_schedule: "scaled_linear" } as const;

/** AnimateDiff: the same ends, but β itself grows evenly, and not its root. */
export const ANIMATE_DIFF = { ...COMMON, beta_schedule: "linear", prediction_type: "epsilon" } as const;
