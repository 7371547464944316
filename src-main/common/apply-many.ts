// What was learned, applied to many prompts, a file for each.

import { z } from "zod";
import { applyColumn, applyRequest, drawingSettings } from "./applying.ts";
import { deviceChoice, deviceName } from "./device.ts";
import { workersInput } from "./queue/workers-input.ts";

/** What a prompt's file may be: an image, of several frames an animated one, or a video. */
export const drawnFormat = z.enum(["png", "webp", "gif", "mp4", "webm"]);
export type DrawnFormat = z.output<typeof drawnFormat>;

/** Prompt i is drawn from `seed + i`, with all else alike. */
export const applyManyInput = applyRequest.omit({ prompt: true }).extend({
  /** A file with one a line, or the prompts themselves. */
  prompts: z.union([z.string(), z.array(z.string()).min(1)]),
  /** Of a single prompt that is given itself a file, as that of `apply`; otherwise a folder for a file of each. */
  out: z.string(),
  /** Of the files in a folder; absent: PNG for images, WebP for videos. */
  format: drawnFormat.optional(),
  device: deviceChoice.default("auto"),
  /** Who draws; absent: this process. */
  workers: workersInput.optional(),
});
export type ApplyManyInput = z.output<typeof applyManyInput>;

export const drawnPrompt = z.object({ file: z.string(), prompt: z.string(), seed: z.int().nonnegative() });
export type DrawnPrompt = z.output<typeof drawnPrompt>;

export const applyManyResult = z.object({
  /** In the order of the prompts. */
  images: z.array(drawnPrompt),
  /** How many of them were there already, from an earlier try. */
  kept: z.int().nonnegative(),
  columns: z.array(applyColumn),
  settings: drawingSettings,
  device: deviceName,
  seconds: z.number(),
});
export type ApplyManyResult = z.output<typeof applyManyResult>;

/** In the folder: how it was drawn. */
export const DRAWN_RECORD = "drawn.json";
/** Beside it: a line for each file that is there, named within the folder. A file that was drawn again has another line. */
export const DRAWN_LIST = "drawn.jsonl";
/** Beside an image or video that is being drawn, added to its name: where it stands. */
export const UNFINISHED = ".unfinished";

export const drawnRecord = z.object({
  format: z.literal("reneg-drawn"),
  formatVersion: z.literal(2),
  model: z.string(),
  settings: drawingSettings,
  columns: z.array(z.object({ column: applyColumn, negative: z.string().nullable() })).min(1),
  /** Equal for what is drawn alike but for prompt and seed. */
  key: z.string(),
});
export type DrawnRecord = z.output<typeof drawnRecord>;
