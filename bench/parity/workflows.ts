// The programs that whole workflows in PyTorch are held to. oracle/workflows.py says the same, in its own words.

import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Call, Program } from "../../src-main/common/program/program.ts";
import { type EmojiOptions, emojiProgram } from "../../src-main/learning/testing/emoji-program.ts";
import { fixtureFile } from "./manifest.ts";

const manifestSchema = z.object({
  prompts: z.array(z.string()),
  /** The text that the parameter starts from. */
  start: z.string(),
  /** Of every sampler. */
  steps: z.int(),
  cases: z.array(
    z.object({
      name: z.string(),
      /** The sampling steps at which gradients are taken, by sampler: 0 is the noisiest. */
      indices: z.record(z.string(), z.array(z.int())),
    }),
  ),
});
export type WorkflowManifest = z.output<typeof manifestSchema>;
export type WorkflowCase = WorkflowManifest["cases"][number];

export function readWorkflows(): WorkflowManifest {
  return manifestSchema.parse(JSON.parse(readFileSync(fixtureFile("workflows.json"), "utf8")));
}

type Calls = Readonly<Record<string, Pick<Call, "fn"> & Partial<Call>>>;
type Variant = Pick<EmojiOptions, "guidance" | "calls" | "updates">;

/** @param otherPipeline a folder with the embedded pipeline's parts and another VAE */
export function workflowProgram(
  { name, indices }: WorkflowCase,
  { prompts, start, steps }: WorkflowManifest,
  otherPipeline: string,
): Program {
  const variant = variants[name];
  if (variant === undefined) throw new Error(`no program is called ${name}`);
  const { calls = {}, updates = {}, guidance = 2 } = variant({ steps, start, otherPipeline });
  const { sampler: at = [] } = indices;
  return emojiProgram({
    prompts,
    guidance,
    calls,
    start: { kind: "text", text: start },
    sampler: { steps, gradient: { kind: "foreseen", last: steps, count: at.length } },
    updates: { optimizer: optimize("reward"), ...updates },
  });
}

function optimize(objective: string, ...[parameter = "negative", ...others]: readonly string[]): object {
  return { objective, parameters: [parameter, ...others], settings: { batch: 2, microBatch: 2 } };
}

interface Given {
  readonly steps: number;
  readonly start: string;
  readonly otherPipeline: string;
}

const variants: Readonly<Record<string, (given: Given) => Variant>> = {
  "two-rewards": () => ({
    calls: { sum: { fn: "add scores", inputs: { scores: ["reward", "held-out"] }, settings: { weights: [1, -0.4] } } },
    updates: { optimizer: optimize("sum") },
  }),
  controlnet: () => ({ calls: steered() }),
  "two-samplers": ({ steps }) => ({
    calls: {
      ...secondSampler("cfg.negative", steps),
      sum: { fn: "add scores", inputs: { scores: ["reward", "reward2"] }, settings: { weights: [1, 0.5] } },
    },
    updates: { optimizer: optimize("sum") },
  }),
  "other-vae": ({ otherPipeline }) => ({
    calls: {
      "other.vae": { fn: "vae", settings: { path: otherPipeline } },
      decoder: { fn: "decode", inputs: { vae: "other.vae", latent: "sampler" } },
    },
  }),
  "blended-conditioning": () => ({
    calls: {
      text: { fn: "encode text", inputs: { encoder: "pipeline.encoder" }, settings: { text: "low quality" } },
      blend: { fn: "blend conditioning", inputs: { first: "negative", second: "text" }, settings: { weight: 0.3 } },
      "cfg.negative": { fn: "predict", inputs: { model: "unet", conditioning: "blend" } },
    },
  }),
  "draft-3": ({ steps }) => ({ calls: draft("ddim", steps) }),
  "draft-3-multistep": ({ steps }) => ({ calls: draft("dpm++", steps) }),
  "late-steps": () => ({}),
  "two-optimizers": ({ steps }) => ({
    calls: {
      second: {
        fn: "negative embedding",
        inputs: { encoder: "pipeline.encoder" },
        settings: { id: "second", start: { kind: "text", text: "low quality" } },
      },
      "cfg2.negative": { fn: "predict", inputs: { model: "unet", conditioning: "second" } },
      ...secondSampler("cfg2.negative", steps),
    },
    updates: { optimizer2: optimize("reward2", "second") },
  }),
  "token-embedding": () => ({
    calls: {
      negative: {
        fn: "token embedding",
        inputs: { encoder: "pipeline.encoder" },
        settings: { id: "negative", name: "bad", count: 3, text: "blurry, embedding:bad, washed out" },
      },
    },
  }),
  lora: ({ start }) => ({
    calls: {
      ...adapted(start),
      reader: {
        fn: "text encoder lora",
        inputs: { encoder: "pipeline.encoder" },
        settings: {
          id: "reader",
          rank: 2,
          alpha: 3,
          targets: [1, 3].flatMap((layer) =>
            ["self_attn.q_proj", "self_attn.v_proj", "mlp.fc2"].map((name) => `encoder.layers.${layer}.${name}`),
          ),
        },
      },
      ...readBy("reader", start),
    },
    updates: { optimizer: optimize("reward", "adapted", "reader") },
  }),
  "text-encoder": ({ start }) => ({
    calls: {
      reader: {
        fn: "trained text encoder",
        inputs: { encoder: "pipeline.encoder" },
        settings: { id: "reader", layers: 1 },
      },
      ...readBy("reader", start),
    },
    updates: { optimizer: optimize("reward", "reader") },
  }),
  "keep-away": ({ start }) => keptNear(start, { weight: 0.7 }),
  "keep-away-kl": ({ start, steps }) => {
    const { calls, updates } = keptNear(start, { weight: 0.002, measure: "kl" });
    return { calls: { ...calls, ...draft("ddim", steps) }, updates };
  },
  "kept-features": ({ steps }) => ({ calls: keeping({ steps, cacheInterval: 3, gradient: foreseen(steps, 2) }) }),
  "kept-features-controlnet": ({ steps }) => ({
    calls: {
      ...steered(),
      ...keeping({ scheduler: "euler", steps, cacheInterval: 2, gradient: foreseen(steps, 1) }),
    },
  }),
  "guidance-rescale": ({ steps }) => ({
    guidance: 4,
    calls: {
      rescaled: { fn: "rescale guidance", inputs: { prediction: "cfg" }, settings: { factor: 0.7 } },
      sampler: { fn: "sample", inputs: { prediction: "rescaled" }, settings: { steps } },
    },
  }),
};

/** Both halves of guidance under a ControlNet. */
function steered(): Calls {
  return {
    edges: {
      fn: "controlnet",
      settings: { path: "emoji:controlnet", picture: "emoji:controlnet/example.png", kind: "none", scale: 0.8 },
    },
    steered: { fn: "apply controlnet", inputs: { model: "unet", controls: ["edges"] } },
    "cfg.positive": { fn: "predict", inputs: { model: "steered", conditioning: "encoder" } },
    "cfg.negative": { fn: "predict", inputs: { model: "steered", conditioning: "negative" } },
  };
}

function keeping(settings: Call["settings"]): Calls {
  return { sampler: { fn: "sample", inputs: { prediction: "cfg" }, settings } };
}

function foreseen(last: number, count: number) {
  return { kind: "foreseen", last, count };
}

/** Prompts and the negative through another text encoder. */
function readBy(encoder: string, text: string): Calls {
  return {
    encoder: { fn: "encode", inputs: { encoder, prompts: "prompts" } },
    negative: { fn: "encode text", inputs: { encoder }, settings: { text } },
  };
}

/** A LoRA in the UNet, beside a negative that is not learned. */
function adapted(text: string): Calls {
  const targets = ["mid_block.*attn2.to_k", "mid_block.*attn2.to_v", "mid_block.*ff.net.0.proj", ATTENTION];
  return {
    adapted: {
      fn: "lora",
      inputs: { unet: "pipeline.unet" },
      settings: { id: "adapted", rank: 2, alpha: 3, targets },
    },
    unet: { fn: "model", inputs: { unet: "adapted" } },
    ...readBy("pipeline.encoder", text),
  };
}

const ATTENTION = "down_blocks.1.attentions.0.*attn1.to_q";

function keptNear(text: string, settings: Call["settings"]): Required<Pick<Variant, "calls" | "updates">> {
  return {
    calls: {
      ...adapted(text),
      near: { fn: "distance to base", inputs: { latent: "sampler" }, settings },
      sum: { fn: "add scores", inputs: { scores: ["reward", "near"] }, settings: { weights: [1, 1] } },
    },
    updates: { optimizer: optimize("sum", "adapted") },
  };
}

/** Euler with a guidance of 3, judged by the other reward. */
function secondSampler(negative: string, steps: number): Calls {
  const gradient = { kind: "foreseen", last: steps };
  return {
    cfg2: { fn: "guide", inputs: { positive: "cfg.positive", negative }, settings: { scale: 3 } },
    sampler2: { fn: "sample", inputs: { prediction: "cfg2" }, settings: { scheduler: "euler", steps, gradient } },
    decoder2: { fn: "decode", inputs: { vae: "pipeline.vae", latent: "sampler2" } },
    reward2: { fn: "score", inputs: { image: "decoder2" }, settings: { path: "emoji:rewards/held-out" } },
  };
}

function draft(scheduler: string, steps: number): Calls {
  const gradient = { kind: "unrolled", steps: 3 };
  return { sampler: { fn: "sample", inputs: { prediction: "cfg" }, settings: { scheduler, steps, gradient } } };
}
