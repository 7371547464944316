// The contract of all samplers: from noise to a sample in a fixed number of steps, resumable at each of them.

/** A combination of the two things known at a step: `sample · x_t + output · network(x_t)`. */
export interface LinearForm {
  readonly sample: number;
  readonly output: number;
}

/** What a multistep solver remembers of earlier steps; empty before the first one. Data only, so that a checkpoint can hold it. */
export interface SchedulerState {
  readonly previousOriginal?: Float32Array;
}

export interface StepInput {
  /** 0 is the noisiest step. */
  readonly index: number;
  /** x_t, any shape. */
  readonly sample: Float32Array;
  /** What the network (after guidance) gave for `inputScale(index) · x_t`. */
  readonly modelOutput: Float32Array;
  /** The state that the step before returned. */
  readonly state?: SchedulerState;
  /** Standard normal numbers, for samplers that add noise (DDIM with eta > 0). */
  readonly noise?: Float32Array;
}

export interface StepResult {
  /** x at the next, less noisy step; after the last step the finished sample. */
  readonly sample: Float32Array;
  /** x̂0, the finished sample as this step foresees it. */
  readonly original: Float32Array;
  readonly state: SchedulerState;
}

export interface Scheduler {
  /** What the network is told at each step, noisiest first. Fractional for Euler. */
  readonly timesteps: readonly number[];
  /** The first x_t is this times standard normal noise. */
  readonly initialNoiseSigma: number;
  /** Whether a step looks back at the x̂0 of the step before. */
  readonly isMultistep: boolean;
  /** The network takes this times x_t. */
  inputScale(index: number): number;
  /** ᾱ at a step: the share of the clean sample's variance in `inputScale(index) · x_t`. */
  alphaCumprod(index: number): number;
  /** x̂0 in terms of x_t and the network's output, before any clipping. For ε-prediction: (x_t − √(1−ᾱ)·ε)/√ᾱ. */
  originalForm(index: number): LinearForm;
  /** One step; pure: the same input gives the same result, and nothing is remembered but in the returned state. */
  step(input: StepInput): StepResult;
}

/** `inputScale(index) · sample`, without a copy where the scale is 1. */
export function scaleModelInput(scheduler: Scheduler, sample: Float32Array, index: number): Float32Array {
  const scale = scheduler.inputScale(index);
  return scale === 1 ? sample : sample.map((value) => value * scale);
}

/** `form` applied to whole arrays. */
export function applyForm(form: LinearForm, sample: Float32Array, output: Float32Array): Float32Array {
  if (sample.length !== output.length) {
    throw new Error(`a sample of ${sample.length} numbers does not fit an output of ${output.length}`);
  }
  return sample.map((value, index) => form.sample * value + form.output * (output[index] ?? 0));
}
