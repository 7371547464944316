// A learned embedding applied to another model: a ControlNet, or one that draws videos.

import { z } from "zod";
import { deviceChoice, deviceName } from "./device.ts";
import { pipelineOptions, schedulerName } from "./sampling.ts";

export const controlKind = z.enum(["canny", "none"]);
export type ControlKind = z.output<typeof controlKind>;

/** What stands in a column of the comparison: nothing (the empty text), a text that someone wrote, the learned embedding. */
export const applyColumn = z.enum(["none", "written", "learned"]);
export type ApplyColumn = z.output<typeof applyColumn>;

/** Absent settings are those with which the model was published. */
export const applyInput = z.object({
  embedding: z.string(),
  /** A pipeline, a ControlNet, a video UNet or motion modules: a folder or a single file. */
  to: z.string(),
  /** The pipeline that a ControlNet steers, that motion modules move, or that lends a video UNet its text encoder and autoencoder. */
  base: z.string().optional(),
  ...pipelineOptions,
  prompt: z.string(),
  /** What people write against bad pictures. */
  written: z.string().default("blurry, low quality, distorted, deformed, bad anatomy, watermark"),
  columns: z.array(applyColumn).min(1).default(["none", "written", "learned"]),
  frames: z.int().min(1).max(256).optional(),
  /** Of the file that is written. */
  fps: z.number().positive().max(120).optional(),
  size: z.object({ width: z.int().positive(), height: z.int().positive() }).optional(),
  steps: z.int().min(1).max(1000).optional(),
  guidance: z.number().min(1).optional(),
  scheduler: schedulerName.optional(),
  /** Noise added at each step, DDIM only: 0 none, 1 as much as DDPM. */
  eta: z.number().min(0).max(1).optional(),
  seed: z.int().nonnegative().default(0),
  /** For a ControlNet: the picture that steers, and what is made of it first. */
  control: z.string().optional(),
  controlKind: controlKind.default("canny"),
  controlScale: z.number().nonnegative().default(1),
  /** The ControlNet sees the prompt alone, and steers the less the finer the level. */
  guess: z.boolean().default(false),
  /** `.webp`, `.gif`, `.png` (pictures), `.mp4`, `.webm`, or a folder for single frames. */
  out: z.string(),
  device: deviceChoice.default("auto"),
});
export type ApplyInput = z.output<typeof applyInput>;

export const applyResult = z.object({
  file: z.string(),
  frames: z.int().positive(),
  fps: z.number().positive(),
  /** Of one column. */
  size: z.object({ width: z.int().positive(), height: z.int().positive() }),
  columns: z.array(applyColumn),
  steps: z.int().positive(),
  guidance: z.number(),
  device: deviceName,
  seconds: z.number(),
  /** Bytes foreseen. */
  memory: z.number().nonnegative(),
});
export type ApplyResult = z.output<typeof applyResult>;
