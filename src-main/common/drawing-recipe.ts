// A recipe that draws: what is learned raises the rewards of images. Defaults are those of the paper (arXiv 2412.19637), for a short run.

import { z } from "zod";
import { applySettings } from "./applying.ts";
import { LARGEST_STEP, pixelSide, seed } from "./limits.ts";
import { filePath } from "./path-name.ts";
import { earlyStoppingSettings } from "./program/sink.ts";
import { learnedItems } from "./recipe-learned.ts";
import { recipeHead, recipeTraining } from "./recipe-training.ts";
import { rewardOptions } from "./reward-options.ts";
import { cacheInterval, negative, pipelineOptions, schedulerName } from "./sampling.ts";
import { longPrompts, promptWeights, textReadingOptions } from "./text-reading.ts";

/** A reward's folder or file, and how it is opened. */
const watchedReward = z.strictObject({ path: filePath, ...rewardOptions });
/** And how much it counts. */
const weightedReward = watchedReward.extend({ weight: z.number().default(1) });

const start = z.discriminatedUnion("kind", [
  /** The embedding of the empty text. */
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("text"), text: z.string() }),
  z.strictObject({ kind: z.literal("embedding"), file: filePath }),
]);

/** The prompts themselves, or a text file with one a line, of which only the first may be wanted. */
const promptSource = z.union([
  z.array(z.string()).min(1),
  z.strictObject({ file: filePath, first: z.int().positive().optional() }),
]);

/** Part of a file's name. */
const fileLabel = z.string().regex(/^[\w-]{1,64}$/, "a name for files is made of letters, digits, - and _");

const preview = z.strictObject({
  /** Tells the files of several previews apart. */
  name: fileLabel.optional(),
  /** Steps between previews; 0: none. */
  every: z.int().nonnegative().max(LARGEST_STEP).default(20),
  /** Absent: the first four of the recipe's prompts. */
  prompts: promptSource.optional(),
  seed: seed.default(0),
  /** Absent: that of the images that are learned from. What does not change is drawn once. */
  negative: negative.optional(),
  /** Absent: the recipe's. */
  sampler: z
    .strictObject({ scheduler: schedulerName, steps: z.int().min(1).max(1000), guidance: z.number().min(1) })
    .optional(),
});

/** One, or a list of several. */
const previews = z.union([z.array(preview), preview.transform((one) => [one])]).prefault({});

/** Images with no negative, with a handwritten one, and with what was learned, when learning has ended. */
const evaluations = z
  .array(
    z.strictObject({
      /** Tells the folders of several evaluations apart. */
      name: fileLabel.optional(),
      /** Best none of those that are learned from. */
      prompts: promptSource,
      /** Pictures of each prompt: from seed, seed + 1, … */
      count: z.int().min(1).max(64).default(1),
      seed: seed.default(0),
      handwritten: z.string().default("blurry, low quality"),
      /** `pictures`: side by side; `scores`: also rewards, win rates and intervals. */
      show: z.enum(["pictures", "scores"]).default("scores"),
    }),
  )
  .default([]);

/** For single prompts: what was learned for all is made better for this one alone, when learning has ended. */
const perSample = z
  .array(
    z.strictObject({
      /** Tells the folders of several apart. */
      name: fileLabel.optional(),
      prompts: promptSource,
      /** Pictures that each embedding is learned for: from seed, seed + 1, … */
      count: z.int().min(1).max(16).default(2),
      seed: seed.default(0),
      /** The most that is tried, and how many steps without a better picture end it: the paper takes ten and three. */
      steps: z.int().min(1).max(1000).default(10),
      patience: z.int().min(1).max(1000).default(3),
    }),
  )
  .default([]);

/** What is drawn on other models with what was learned, when learning has ended. Absent settings are those of the model. */
const applications = z
  .array(
    z.strictObject({
      ...applySettings.shape,
      /** Absent: the recipe's. */
      longPrompts: longPrompts.optional(),
      promptWeights: promptWeights.optional(),
      /** Tells the folders of several applications apart. */
      name: fileLabel.optional(),
      /** A video model, motion modules, a ControlNet, or a pipeline of pictures. */
      to: filePath,
      /** Absent: the pipeline that is learned with, where one is needed. */
      base: filePath.optional(),
      /** Each is drawn by itself: under no negative, under a handwritten one, and with what was learned. */
      prompts: promptSource,
    }),
  )
  .default([]);

export const drawingRecipe = z.strictObject({
  ...recipeHead,
  /** A pipeline's folder, a single file that holds a whole model, or `emoji` for the embedded pipeline. */
  pipeline: filePath.default("emoji"),
  ...pipelineOptions,
  ...textReadingOptions,
  /** What is climbed: the sum of the scores times their weights. Absent: the reward that comes with the pipeline. */
  rewards: z.array(weightedReward).min(1).optional(),
  /** Rewards that are only watched, never climbed; a path alone is enough. Absent: those that come with the pipeline. */
  heldOut: z.array(z.union([filePath.transform((path) => ({ path })), watchedReward])).optional(),
  prompts: promptSource,
  /** Of `{red|green}` in any list of prompts one is drawn, anew for each image that is learned from. */
  dynamicPrompts: z.boolean().default(false),
  /** What is learned, all of it together. */
  learn: learnedItems.default([{ kind: "negative embedding" }]),
  /** What the embedding begins as; where none is learned, what stands on the negative side. */
  start: start.default({ kind: "none" }),
  ...recipeTraining,
  /** Pixels; absent: what the pipeline was made for. */
  size: z.strictObject({ height: pixelSide, width: pixelSide }).optional(),
  sampler: z
    .strictObject({
      scheduler: schedulerName.default("ddim"),
      steps: z.int().min(1).max(1000).default(30),
      guidance: z.number().min(1).default(7.5),
      /** The whole UNet runs at every so many steps; in between its last layer goes on from kept features. Gradients are always whole. */
      cacheInterval: cacheInterval.default(1),
      /** The gradient is taken at one of this many last steps, drawn anew each time. */
      lastSteps: z.int().min(1).max(1000).default(10),
      /** Of these, how many in each trajectory: more cost less than as many more pictures. The paper takes one. */
      gradientSteps: z.int().min(1).max(1000).default(1),
    })
    .prefault({}),
  /** Ends where the held-out reward of fixed images no longer rises, and keeps the best step; absent: all steps are done. */
  earlyStopping: earlyStoppingSettings
    .extend({
      /** Best none of those that are learned from; absent: these. */
      prompts: promptSource.optional(),
    })
    .optional(),
  previews,
  evaluations,
  perSample,
  applications,
});
/** As read, with every default filled in. */
export type DrawingRecipe = z.output<typeof drawingRecipe>;
/** As written, with defaults left out. */
export type DrawingRecipeInput = z.input<typeof drawingRecipe>;
