// What was learned, applied to another model: a ControlNet, or one that draws videos.

import { z } from "zod";
import { deviceChoice, deviceName } from "./device.ts";
import { diagnosticSchema } from "./diagnostic-schema.ts";
import { strength } from "./embedding-strength.ts";
import { seed } from "./limits.ts";
import { filePath } from "./path-name.ts";
import { cacheInterval, pipelineOptions, schedulerName } from "./sampling.ts";
import { textReadingOptions, textSyntaxOptions } from "./text-reading.ts";

export const controlKind = z.enum(["canny", "none"]);
export type ControlKind = z.output<typeof controlKind>;

/** A ControlNet, and the picture that it follows. */
const control = z.object({
  /** A folder or a file; absent: the model that is applied to is itself one. */
  controlnet: filePath.optional(),
  picture: filePath,
  /** What is made of the picture first: `canny` draws its edges, `none` takes it as the map that it already is. */
  kind: controlKind.default("canny"),
  /** How much it steers. */
  scale: z.number().nonnegative().default(1),
});
export type ControlChoice = z.output<typeof control>;

/** What a column of the comparison is drawn with: nothing (the empty text), a negative that someone wrote, or what was learned. */
export const applyColumn = z.enum(["none", "written", "learned"]);
export type ApplyColumn = z.output<typeof applyColumn>;

const frames = z.int().min(1).max(256);
/** Of the file that is written. */
const fps = z.number().positive().max(120);
const side = z.int().positive().max(2048);
const size = z.object({ width: side, height: side });
const steps = z.int().min(1).max(1000);
const guidance = z.number().min(1);
/** Noise added at each step, DDIM only: 0 none, 1 as much as DDPM. */
const eta = z.number().min(0).max(1);
/** What a sample is scaled down to where there is much noise, DDIM only, as VideoCrafter2 has it; 1 leaves it as it is. */
const rescale = z.number().positive().max(1);
/** Of the variance of a video's noise, what all frames have in common, 0 to 1 (Ge et al. 2023, PYoCo, arXiv 2305.10474). */
const sharedNoise = z.number().min(0).max(1);
/** Frames a second that the network itself is told, where it asks. */
const toldFps = z.number().positive().max(120);
/** Of the noise that the network was trained with. */
export const betas = z.object({
  schedule: z.enum(["linear", "scaled_linear", "squaredcos_cap_v2"]),
  start: z.number().gt(0).lt(1),
  end: z.number().gt(0).lt(1),
});
export type Betas = z.output<typeof betas>;

/** How a model draws. Those with which it was published, unless someone changes them. */
export const drawingSettings = z.object({
  frames,
  fps,
  size,
  steps,
  guidance,
  scheduler: schedulerName,
  eta,
  rescale,
  cacheInterval: cacheInterval.default(1),
  sharedNoise,
  /** `null`: the network is not told. */
  toldFps: toldFps.nullable(),
  betas,
});
export type DrawingSettings = z.output<typeof drawingSettings>;

/** How it is to be drawn. Absent settings are those with which the model was published. */
export const applySettings = z.object({
  /** Of the learned embedding; absent: 1. */
  strength: strength.optional(),
  /** What people write against bad pictures. */
  written: z.string().default("blurry, low quality, distorted, deformed, bad anatomy, watermark"),
  /** How the prompt and the written negative are read. */
  ...textSyntaxOptions,
  frames: frames.optional(),
  fps: fps.optional(),
  size: size.optional(),
  steps: steps.optional(),
  guidance: guidance.optional(),
  scheduler: schedulerName.optional(),
  eta: eta.optional(),
  rescale: rescale.optional(),
  cacheInterval: cacheInterval.optional(),
  sharedNoise: sharedNoise.optional(),
  toldFps: toldFps.optional(),
  betas: betas.optional(),
  /** The same for all columns. */
  seed: seed.default(0),
  /** One entry a ControlNet: what they add to the network is summed. */
  controls: z.array(control).default([]),
  /** The ControlNets see the prompt alone, and steer the less the finer the level. */
  guess: z.boolean().default(false),
});

export const applyRequest = applySettings.extend({
  /** What was learned: the file of an embedding or a LoRA, the folder of a text encoder, or the single file of a model that holds one. */
  embedding: filePath,
  /**
   * A pipeline, a ControlNet, a video UNet or motion modules: a folder, a single file, or what comes with the program
   * (`emoji`, `emoji:controlnet`, `emoji:video`).
   */
  to: filePath,
  ...pipelineOptions,
  ...textReadingOptions,
  /** The pipeline that a ControlNet steers, that motion modules move, or that lends a UNet its text encoder and autoencoder. */
  base: filePath.optional(),
  prompt: z.string(),
  columns: z.array(applyColumn).min(1).default(["none", "written", "learned"]),
});
export type ApplyRequest = z.output<typeof applyRequest>;

export const applyInput = applyRequest.extend({
  /** `.webp`, `.gif`, `.png` (of several frames: an animated one), `.mp4`, `.webm`, or a folder for single frames. */
  out: z.string(),
  device: deviceChoice.default("auto"),
});
export type ApplyInput = z.output<typeof applyInput>;

export const foreseeApplyInput = applyRequest.extend({ device: deviceChoice.default("auto") });

/** The run's folder is made, and must not exist yet. */
export const prepareApplyInput = foreseeApplyInput.extend({ run: z.string() });

/** The folder of a prepared application: begins, or goes on. */
export const applyPreparedInput = z.object({ run: z.string(), device: deviceChoice.default("auto") });

export const applyResult = z.object({
  /** What was written: a file, or a folder. */
  file: z.string(),
  columns: z.array(applyColumn),
  settings: drawingSettings,
  device: deviceName,
  seconds: z.number(),
  /** Bytes foreseen. */
  memory: z.number().nonnegative(),
});
export type ApplyResult = z.output<typeof applyResult>;

/** What an application will do and need, known before it starts. */
export const applyForecast = z.object({
  /** What the model is called, with its base. */
  model: z.string(),
  draws: z.enum(["pictures", "videos"]),
  settings: drawingSettings,
  /** Sampling steps over all columns. */
  steps: z.int().positive(),
  /** Bytes: the most that are needed at once, and how many may be used; `null` where no bound is known. */
  memory: z.number().nonnegative(),
  budget: z.number().nonnegative().nullable(),
  device: deviceName,
  warnings: z.array(diagnosticSchema),
});
export type ApplyForecast = z.output<typeof applyForecast>;
