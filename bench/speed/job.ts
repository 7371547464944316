// What a case asks of a process that measures it, ours or the peer's, and what that process answers: one line of JSON on stdout.

import { z } from "zod";
import { cutChoice, memoryBound } from "../../src-main/common/cut-choice.ts";
import { deviceName } from "../../src-main/common/device.ts";

export const work = z.enum([
  /** A square product of matrices: what the machine can do at most. */
  "matrix product",
  /** ε̃ at one sampling step: both halves of guidance. */
  "guided pass",
  "decode",
  /** Latent to image, and back from a cotangent of the image. */
  "decode and gradient",
  /** Image to score, and back to the image. */
  "reward gradient",
  "text encoding",
  /** From x_t at a sampler's only step to the gradient of the embedding: prediction, decoding and reward forwards and backwards. */
  "gradient",
  /** All of a step of learning: sampling, gradient, optimizer. */
  "iteration",
  "growth",
]);
export type Work = z.output<typeof work>;

export const job = z.strictObject({
  work,
  /** A folder, or `emoji`. */
  pipeline: z.string(),
  reward: z.string(),
  /** Pixels along a side; of matrices: rows and columns. */
  side: z.int().positive(),
  /** Images, or texts. */
  batch: z.int().positive(),
  /** Images at once. */
  microBatch: z.int().positive(),
  guidance: z.number(),
  /** Sampling steps, and the one whose gradient is taken: 0 is the noisiest. */
  sampling: z.strictObject({ steps: z.int().positive(), index: z.int().nonnegative() }),
  device: deviceName,
  cuts: cutChoice,
  /** Bytes that ours may use; absent: what the machine has. */
  memory: memoryBound.optional(),
  /** Where ours writes its inputs and results, and the peer reads the one and writes the other. */
  folder: z.string(),
  /** When the process was started, in milliseconds since 1970. */
  started: z.number(),
  /** Whether the first run counts, with all that comes before it. */
  isCold: z.boolean(),
  /** At most so many runs are timed, after one that is not, and no more after so many seconds; one in any case. */
  runs: z.int().positive(),
  seconds: z.number(),
  /** The ways in which the peer does it. More than one: which is the fastest is asked, by one run each after one that is not timed. */
  variants: z.array(z.string()),
  /** A folder in which onnxruntime is to write how long each operator of ours took. */
  profile: z.string().optional(),
  /** Of growth: what grows. */
  axis: z.string().optional(),
});
export type Job = z.output<typeof job>;

const timed = z.strictObject({
  /** Seconds of the first run, which loads what is loaded late. */
  first: z.number(),
  /** Of each timed run. */
  seconds: z.array(z.number()).min(1),
  /** The same in seconds of the processor, of all cores together. */
  processor: z.array(z.number()).min(1),
});

const growthPoint = z.strictObject({
  x: z.number(),
  seconds: z.number(),
  /** Memory then, where it is looked at. */
  bytes: z.number().optional(),
});
export type GrowthPoint = z.output<typeof growthPoint>;

const operatorTime = z.strictObject({
  /** As onnxruntime calls it. */
  operator: z.string(),
  count: z.int(),
  seconds: z.number(),
  /** Floating-point operations of matrix products and convolutions. */
  flops: z.number(),
});
export type OperatorTime = z.output<typeof operatorTime>;

export const answer = z.strictObject({
  /** Seconds from the start of the process until everything was opened. */
  opening: z.number(),
  /** The most memory of the process, in bytes: pages of weights' files are counted, once each where the system tells of them. */
  peak: z.number(),
  /** By the way in which it was done. */
  variants: z.record(z.string(), timed),
  /** What only ours tells. */
  facts: z
    .strictObject({
      /** Floating-point operations of a run. */
      flops: z.number(),
      /** Share of a run that passed outside of onnxruntime's sessions. */
      outside: z.number(),
      /** Seconds in which sessions were loaded. */
      loading: z.number(),
      /** Bytes that the plan foresees. */
      foreseen: z.number().nullable(),
      /** Borders at which the graph of the gradient was cut. */
      cuts: z.array(z.string()).nullable(),
    })
    .optional(),
  growth: z.array(growthPoint).optional(),
  /** Of the last run, where a profile is asked for. */
  operators: z.array(operatorTime).optional(),
});
export type Answer = z.output<typeof answer>;
