// What is measured. Seconds are those of a turn on two idle cores, opening included: from them follows how long is left.

import type { Work } from "./job.ts";

export interface SpeedCase {
  readonly title: string;
  readonly models: "sd15" | "emoji";
  readonly work: Work;
  /** Pixels along a side; of matrices: rows and columns. */
  readonly side: number;
  readonly batch?: number;
  readonly microBatch?: number;
  readonly sampling?: { readonly steps: number; readonly index: number };
  readonly isCold?: true;
  /** Bytes that ours may use; absent: what the machine has. */
  readonly memory?: number;
  /** Ways of the peer: the fastest of them is what ours is held against. Empty: there is no peer in this. */
  readonly variants: readonly string[];
  /** Ways of the peer that are told apart, since they are no fair or no fast match. */
  readonly apart?: readonly string[];
  readonly seconds: { readonly ours: number; readonly peer: number };
  readonly growth?: Growth;
}

/** How cost is expected to grow: seconds ∝ x^exponent. */
export interface Growth {
  readonly axis: "prompts" | "batch" | "sampling steps" | "pixels" | "frames" | "nodes" | "length";
  /** Absent: what is expected is said by `goals.ts`. */
  readonly exponent?: { readonly least: number; readonly most: number };
}

const GUIDED = ["batched", "batched, channels-last", "two passes", "two passes, channels-last"];
/** Without checkpointing both the whole batch and the half that learns alone; with it the faster of both in all that was tried. */
const LEARNING = [
  "conditional half without gradient",
  "conditional half without gradient, channels-last",
  "batched",
  "batched, channels-last",
  "conditional half without gradient, checkpointing",
];
const PLAIN = ["plain"];
const CONVOLUTIONS = ["plain", "channels-last"];
const IMAGE_GRADIENT = ["plain", "channels-last", "checkpointing"];
const PAPER = { steps: 30, index: 24 };
const ONE_STEP = { steps: 1, index: 0 };
const CHECKPOINTED = "conditional half without gradient, checkpointing";
const HALF_PRECISION = "conditional half without gradient, bfloat16";

const CASES = {
  "matrix-product": {
    title: "Product of two 4096×4096 matrices",
    ...{ models: "emoji", work: "matrix product", side: 4096, variants: PLAIN, seconds: { ours: 4, peer: 6 } },
  },
  "unet-256": {
    title: "UNet, both halves of guidance, 256²",
    ...{ models: "sd15", work: "guided pass", side: 256, sampling: { steps: 30, index: 15 }, variants: GUIDED },
    ...{ apart: ["batched, bfloat16"], seconds: { ours: 8, peer: 16 } },
  },
  "unet-512": {
    title: "UNet, both halves of guidance, 512²",
    ...{ models: "sd15", work: "guided pass", side: 512, sampling: { steps: 30, index: 15 }, variants: GUIDED },
    ...{ apart: ["batched, bfloat16"], seconds: { ours: 25, peer: 40 } },
  },
  "decode-512": {
    title: "VAE, decoding, 512²",
    ...{ models: "sd15", work: "decode", side: 512, variants: CONVOLUTIONS, seconds: { ours: 30, peer: 40 } },
  },
  "decode-gradient-512": {
    title: "VAE, decoding and gradient, 512²",
    ...{ models: "sd15", work: "decode and gradient", side: 512, variants: IMAGE_GRADIENT },
    ...{ seconds: { ours: 65, peer: 75 } },
  },
  "reward-gradient": {
    title: "CLIP ViT-L, score and gradient, 512²",
    ...{ models: "sd15", work: "reward gradient", side: 512, variants: PLAIN, seconds: { ours: 8, peer: 12 } },
  },
  "gradient-256": {
    title: "Gradient part of a step, 256²",
    ...{ models: "sd15", work: "gradient", side: 256, sampling: ONE_STEP, variants: LEARNING },
    ...{ apart: [HALF_PRECISION], seconds: { ours: 45, peer: 35 } },
  },
  "gradient-512": {
    title: "Gradient part of a step, 512²",
    ...{ models: "sd15", work: "gradient", side: 512, sampling: ONE_STEP, variants: LEARNING },
    ...{ apart: [HALF_PRECISION], seconds: { ours: 100, peer: 105 } },
  },
  "gradient-512-less-memory": {
    title: "The same in 8 GB of memory, and PyTorch with checkpointing",
    ...{ models: "sd15", work: "gradient", side: 512, sampling: ONE_STEP, memory: 8e9, variants: [CHECKPOINTED] },
    ...{ seconds: { ours: 130, peer: 170 } },
  },
  "iteration-256": {
    title: "Whole iteration of the paper, 256²: 24 of 30 DDIM steps, gradient, AdamW",
    ...{ models: "sd15", work: "iteration", side: 256, sampling: PAPER, variants: LEARNING.slice(0, 2) },
    ...{ seconds: { ours: 75, peer: 140 } },
  },
  "emoji-iteration": {
    title: "Iteration of the embedded pipeline: 8 images, 24 of 30 DDIM steps, gradient, AdamW",
    ...{ models: "emoji", work: "iteration", side: 64, batch: 8, microBatch: 4, sampling: PAPER, variants: LEARNING },
    ...{ seconds: { ours: 12, peer: 20 } },
  },
  "emoji-gradient": {
    title: "Gradient part of a step of the embedded pipeline, 4 images",
    ...{ models: "emoji", work: "gradient", side: 64, batch: 4, microBatch: 4, sampling: ONE_STEP, variants: LEARNING },
    ...{ seconds: { ours: 5, peer: 8 } },
  },
  "text-encoder": {
    title: "Text encoder, 8 prompts",
    ...{ models: "sd15", work: "text encoding", side: 256, batch: 8, variants: ["batched", "one by one"] },
    ...{ seconds: { ours: 6, peer: 10 } },
  },
  "first-gradient-256": {
    title: "From nothing to the first gradient, 256²",
    ...{
      models: "sd15",
      work: "gradient",
      side: 256,
      sampling: ONE_STEP,
      isCold: true,
      variants: LEARNING.slice(0, 1),
    },
    ...{ seconds: { ours: 30, peer: 25 } },
  },
  "growth-prompts": growth(
    "Step of learning, 8 to 512 prompts",
    { axis: "prompts", exponent: { least: -0.1, most: 0.1 } },
    20,
  ),
  "growth-batch": growth(
    "Step of learning, 4 to 32 images",
    { axis: "batch", exponent: { least: 0.85, most: 1.1 } },
    20,
  ),
  "growth-steps": growth(
    "Drawing, 8 to 64 sampling steps",
    { axis: "sampling steps", exponent: { least: 0.85, most: 1.1 } },
    20,
  ),
  "growth-pixels": growth(
    "Gradient part of a step, 64² to 512²",
    // Convolutions grow as pixels do, attention as their square.
    { axis: "pixels", exponent: { least: 0.7, most: 2 } },
    60,
  ),
  "growth-frames": growth(
    "Drawing a video of 4 to 32 frames",
    // What looks from frame to frame grows as their square.
    { axis: "frames", exponent: { least: 0.85, most: 1.3 } },
    30,
  ),
  "growth-nodes": growth(
    "Checking a workflow of 1,000 to 8,000 nodes",
    { axis: "nodes", exponent: { least: 0.8, most: 1.2 } },
    10,
  ),
  "growth-length": growth("A run of 3,000 steps", { axis: "length" }, 300),
} as const satisfies Record<string, SpeedCase>;

function growth(title: string, grows: Growth, seconds: number): SpeedCase {
  return {
    ...{ title, models: "emoji", work: "growth", side: 64, variants: [], growth: grows },
    seconds: { ours: seconds, peer: 0 },
  };
}

export type CaseName = keyof typeof CASES;
export const CASE_NAMES = Object.keys(CASES) as readonly CaseName[];

export function caseOf(name: CaseName): SpeedCase {
  return CASES[name];
}

export const PEAK_CASE: CaseName = "matrix-product";
