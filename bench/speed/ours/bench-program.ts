// The program of a case, as nodes would make it: one parameter, one reward, guidance.

import { type Program, program, PROGRAM_FORMAT } from "../../../src-main/common/program/program.ts";

export interface ProgramWanted {
  readonly pipeline: string;
  readonly reward: string;
  /** Pixels. */
  readonly side: number;
  readonly prompts: readonly string[];
  readonly guidance: number;
  /** Sampling steps, and of how many late ones the gradient is taken at one. */
  readonly sampling: { readonly steps: number; readonly last: number };
  readonly batch: number;
  readonly microBatch: number;
  /** Of learning. */
  readonly learningSteps: number;
}

/** The names of its calls. */
export const CALLS = {
  encoder: "encoder",
  prompts: "prompts",
  parameter: "negative",
  sampler: "sampler",
  image: "decoder",
  reward: "reward",
  update: "optimizer",
} as const;

export function benchProgram(wanted: ProgramWanted): Program {
  const { side, sampling, batch, microBatch } = wanted;
  const pipeline = { path: wanted.pipeline };
  const call = (fn: string, inputs: object = {}, settings: object = {}) => ({ fn, inputs, settings });
  return program.parse({
    format: PROGRAM_FORMAT,
    formatVersion: 1,
    calls: {
      [CALLS.prompts]: call("prompts", {}, { texts: wanted.prompts }),
      "pipeline.encoder": call("text encoder", {}, pipeline),
      "pipeline.unet": call("unet", {}, pipeline),
      "pipeline.vae": call("vae", {}, pipeline),
      [CALLS.encoder]: call("encode", { encoder: "pipeline.encoder", prompts: CALLS.prompts }),
      [CALLS.parameter]: call("negative embedding", { encoder: "pipeline.encoder" }, { id: CALLS.parameter }),
      unet: call("model", { unet: "pipeline.unet" }, { size: { height: side, width: side } }),
      "cfg.positive": call("predict", { model: "unet", conditioning: CALLS.encoder }),
      "cfg.negative": call("predict", { model: "unet", conditioning: CALLS.parameter }),
      cfg: call("guide", { positive: "cfg.positive", negative: "cfg.negative" }, { scale: wanted.guidance }),
      [CALLS.sampler]: call(
        "sample",
        { prediction: "cfg" },
        { steps: sampling.steps, gradient: { kind: "foreseen", last: sampling.last, count: 1 } },
      ),
      [CALLS.image]: call("decode", { vae: "pipeline.vae", latent: CALLS.sampler }),
      [CALLS.reward]: call("score", { image: CALLS.image }, { path: wanted.reward }),
    },
    updates: {
      [CALLS.update]: {
        objective: CALLS.reward,
        parameters: [CALLS.parameter],
        settings: { steps: wanted.learningSteps, batch, microBatch, seed: 0, schedule: "constant" },
      },
    },
    sinks: {
      save: { kind: "save", parameter: CALLS.parameter, file: "negative.safetensors" },
      checkpoints: { kind: "checkpoints" },
    },
  });
}
