// What a learned embedding is worth on models that it was not learned with.

import { z } from "zod";
import { deviceChoice } from "./device.ts";
import { strength } from "./embedding-strength.ts";
import { evaluationReport } from "./evaluation-report.ts";
import { seed } from "./limits.ts";
import { workersInput } from "./queue/workers-input.ts";
import { pipelineOptions } from "./sampling.ts";
import { textReadingOptions } from "./text-reading.ts";

export const evaluateInput = z.object({
  embedding: z.string(),
  /** Absent: 1. */
  strength: strength.optional(),
  /** Pipelines, ControlNets, video UNets, motion modules: as in `apply`. */
  to: z.array(z.string()).min(1),
  ...pipelineOptions,
  ...textReadingOptions,
  /** A list of prompts, one a line; absent: those of the emoji pipeline that nothing was learned from. */
  prompts: z.string().optional(),
  /** The first of the list. */
  count: z.int().min(1).max(10_000).default(32),
  /** Of all pictures. */
  seed: seed.default(0),
  /** What people write against bad pictures. */
  written: z.string().default("blurry, noisy, washed out, low quality"),
  /** Absent: those of each model. */
  steps: z.int().min(1).max(1000).optional(),
  guidance: z.number().min(1).optional(),
  /** A reward that was climbed, and one that was not; absent: those that come with the program. */
  reward: z.string().optional(),
  heldOut: z.string().optional(),
  /** Gets a folder for each model. */
  out: z.string(),
  device: deviceChoice.default("auto"),
  /** Who draws and scores; absent: this process. */
  workers: workersInput.optional(),
});
export type EvaluateInput = z.output<typeof evaluateInput>;

export const evaluateResult = z.object({
  /** One a model, in the order of `to`. */
  evaluations: z.array(z.object({ to: z.string(), report: evaluationReport, files: z.array(z.string()) })),
});
export type EvaluateResult = z.output<typeof evaluateResult>;
