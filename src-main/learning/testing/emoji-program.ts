// A program of the embedded pipeline, as nodes would make it: one parameter, one objective, a reward held out, and whatever is asked for besides.

import { type Call, type Program, program, PROGRAM_FORMAT } from "../../common/program/program.ts";
import { EMBEDDED_NAME } from "../../models/embedded.ts";

export interface EmojiOptions {
  readonly prompts?: readonly string[];
  readonly guidance?: number;
  /** Settings of the Sampler, of the optimizer, and of the Encoder. */
  readonly sampler?: object;
  readonly settings?: object;
  readonly reading?: object;
  readonly start?: object;
  /** Calls, optimizers and sinks that are added or take the place of others. */
  readonly calls?: Readonly<Record<string, CallInput>>;
  readonly updates?: Readonly<Record<string, object>>;
  readonly sinks?: Readonly<Record<string, object>>;
}

type CallInput = Pick<Call, "fn"> & Partial<Call>;

/** As little of everything as still exercises it. */
const SMALL_SAMPLER = { steps: 4, gradient: { kind: "foreseen", last: 2, count: 1 } };
const SMALL_SETTINGS = { steps: 4, batch: 2, microBatch: 2, seed: 7, emaDecay: 0.5, proximalWeight: 0.01 };

export function emojiProgram({
  prompts = ["a red apple", "rocket", "pizza"],
  guidance = 7.5,
  sampler = SMALL_SAMPLER,
  settings = {},
  reading = {},
  start = { kind: "none" },
  calls = {},
  updates = {},
  sinks = {},
}: EmojiOptions = {}): Program {
  const pipeline = { path: EMBEDDED_NAME };
  const own: Record<string, CallInput> = {
    prompts: { fn: "prompts", settings: { texts: [...prompts] } },
    "pipeline.encoder": { fn: "text encoder", settings: pipeline, nodes: ["pipeline"] },
    "pipeline.unet": { fn: "unet", settings: pipeline, nodes: ["pipeline"] },
    "pipeline.vae": { fn: "vae", settings: pipeline, nodes: ["pipeline"] },
    encoder: {
      fn: "encode",
      inputs: { encoder: "pipeline.encoder", prompts: "prompts" },
      settings: { ...reading },
    },
    negative: {
      fn: "negative embedding",
      inputs: { encoder: "pipeline.encoder" },
      settings: { id: "negative", start: { ...start }, reading: { ...reading } },
    },
    unet: { fn: "model", inputs: { unet: "pipeline.unet" } },
    "cfg.positive": { fn: "predict", inputs: { model: "unet", conditioning: "encoder" }, nodes: ["cfg"] },
    "cfg.negative": { fn: "predict", inputs: { model: "unet", conditioning: "negative" }, nodes: ["cfg"] },
    cfg: {
      fn: "guide",
      inputs: { positive: "cfg.positive", negative: "cfg.negative" },
      settings: { scale: guidance },
    },
    sampler: { fn: "sample", inputs: { prediction: "cfg" }, settings: { ...sampler } },
    decoder: { fn: "decode", inputs: { vae: "pipeline.vae", latent: "sampler" } },
    reward: { fn: "score", inputs: { image: "decoder" }, settings: { path: "emoji:rewards/preference" } },
    "held-out": { fn: "score", inputs: { image: "decoder" }, settings: { path: "emoji:rewards/held-out" } },
    ...calls,
  };
  return program.parse({
    format: PROGRAM_FORMAT,
    formatVersion: 1,
    calls: Object.fromEntries(Object.entries(own).map(([name, call]) => [name, { nodes: [name], ...call }])),
    updates: {
      optimizer: {
        objective: "reward",
        parameters: ["negative"],
        heldOut: ["held-out"],
        settings: { ...SMALL_SETTINGS, ...settings },
      },
      ...updates,
    },
    sinks: {
      save: { kind: "save", parameter: "negative", file: "negative.safetensors" },
      checkpoints: { kind: "checkpoints", every: 1, keep: 2 },
      ...sinks,
    },
  });
}

/** Ends `optimizer` early, as a sink of its program. */
export const EARLY_STOPPING = {
  kind: "early-stopping",
  update: "optimizer",
  score: "held-out",
  image: "decoder",
  prompts: "prompts",
  patience: 2,
  every: 1,
  count: 2,
};

/** Another parameter with a guidance, a rate and a number of steps of its own, in the same run. */
export function twoOptimizers({ calls, updates, sinks, ...options }: EmojiOptions = {}): Program {
  return emojiProgram({
    ...options,
    calls: {
      second: {
        fn: "negative embedding",
        inputs: { encoder: "pipeline.encoder" },
        settings: { id: "second", start: { kind: "text", text: "blurry" } },
      },
      "cfg2.negative": { fn: "predict", inputs: { model: "unet", conditioning: "second" }, nodes: ["cfg2"] },
      cfg2: {
        fn: "guide",
        inputs: { positive: "cfg.positive", negative: "cfg2.negative" },
        settings: { scale: 3 },
      },
      sampler2: { fn: "sample", inputs: { prediction: "cfg2" }, settings: { ...SMALL_SAMPLER, scheduler: "euler" } },
      decoder2: { fn: "decode", inputs: { vae: "pipeline.vae", latent: "sampler2" } },
      reward2: { fn: "score", inputs: { image: "decoder2" }, settings: { path: "emoji:rewards/held-out" } },
      ...calls,
    },
    updates: {
      optimizer2: {
        objective: "reward2",
        parameters: ["second"],
        settings: { ...SMALL_SETTINGS, steps: 3, seed: 9, optimizer: "sgd", learningRate: 0.5, emaDecay: undefined },
      },
      ...updates,
    },
    sinks: { save2: { kind: "save", parameter: "second", file: "second.safetensors" }, ...sinks },
  });
}
