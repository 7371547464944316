// What a program writes: of which value, and when.

import { z } from "zod";
import { applySettings } from "../applying.ts";
import { LARGEST_STEP, seed, stepCount } from "../limits.ts";
import { filePath } from "../path-name.ts";
import { savedPlace } from "./saved-name.ts";

/** An image, and how it is scored. */
const scoredImage = z.strictObject({
  image: z.string(),
  /** `null`: nothing that is maximized looks at it. */
  objective: z.string().nullable(),
  heldOut: z.array(z.string()).default([]),
});
export type ScoredImage = z.output<typeof scoredImage>;

/** Images of fixed prompts and seeds along a run. */
const preview = z.strictObject({
  kind: z.literal("preview"),
  ...scoredImage.shape,
  /** The call of the prompts that the image is drawn from, the first `count` of which are shown. */
  prompts: z.string(),
  count: z.int().min(1).max(64).default(4),
  /** Steps between previews; 0: none. What depends on no parameter is drawn once. */
  every: z.int().nonnegative().max(LARGEST_STEP).default(20),
  seed: seed.default(0),
});

/** The same image under several negatives, when learning has ended. */
const comparison = z.strictObject({
  kind: z.literal("comparison"),
  /** The image without what was learned, under no negative and a handwritten one, and with it. */
  conditions: z.strictObject({ null: scoredImage, handcrafted: scoredImage, learned: scoredImage }),
  prompts: z.string(),
  handwritten: z.string(),
  /** Images of each prompt: from seed, seed + 1, … */
  count: z.int().min(1).max(64).default(1),
  seed: seed.default(0),
  /** `pictures`: side by side; `scores`: also rewards, win rates and intervals. */
  show: z.enum(["pictures", "scores"]).default("scores"),
});

/** For single prompts, each a parameter of its own, when learning has ended. */
const perSample = z.strictObject({
  kind: z.literal("per-sample"),
  /** The optimizer that goes on, with one prompt in place of all. */
  update: z.string(),
  prompts: z.string(),
  /** Images that each parameter is learned for: from seed, seed + 1, … */
  count: z.int().min(1).max(16).default(2),
  seed: seed.default(0),
  /** The most that is tried, and how many steps without a better image end it: the paper takes ten and three. */
  steps: z.int().min(1).max(1000).default(10),
  patience: z.int().min(1).max(1000).default(3),
});

/** What was learned, on another model, when learning has ended. Absent settings are those of the model. */
const application = z.strictObject({
  kind: z.literal("application"),
  parameter: z.string(),
  /** Each is drawn by itself: under no negative, under a handwritten one, and with what was learned. */
  prompts: z.string(),
  /** A video model, motion modules, a ControlNet, or a pipeline of images. */
  to: filePath,
  base: filePath.optional(),
  ...applySettings.shape,
});

export const earlyStoppingSettings = z.strictObject({
  /** Evaluations without a rise that end the training. */
  patience: z.int().min(1).max(1000),
  /** Steps between evaluations; the start is evaluated, and the last step. */
  every: stepCount.default(10),
  /** Images of an evaluation: image i has prompt i, from the first again after the last, and starts from seed + i. */
  count: z.int().min(1).max(1024).default(16),
});

/** Images of fixed prompts and seeds along a run: an optimizer ends where a held-out score of them no longer rises, and keeps its best step. */
const earlyStopping = z.strictObject({
  kind: z.literal("early-stopping"),
  ...earlyStoppingSettings.shape,
  /** The optimizer that ends. */
  update: z.string(),
  /** The held-out score, an image that it looks at, and the call of the prompts that this is drawn from. */
  score: z.string(),
  image: z.string(),
  prompts: z.string(),
  seed: seed.default(0),
});

const save = z.strictObject({
  kind: z.literal("save"),
  parameter: z.string(),
  file: savedPlace,
});

const checkpoints = z.strictObject({
  kind: z.literal("checkpoints"),
  /** Steps between checkpoints. */
  every: stepCount.default(20),
  /** How many are kept, the newest. */
  keep: stepCount.default(3),
});

export const sink = z.discriminatedUnion("kind", [
  preview,
  comparison,
  perSample,
  application,
  earlyStopping,
  save,
  checkpoints,
]);
export type Sink = z.output<typeof sink>;
export type SinkKind = Sink["kind"];
export type SinkOf<Kind extends SinkKind> = Extract<Sink, { readonly kind: Kind }>;
