// Embeddings applied to other models from the editor: what they may be applied to, and what was drawn. Each is a run of its own:
// it waits and runs in the queue of jobs (`kind: "apply"`), and `command`, `annotateRun`, `deleteRun` and `restoreRun` take its id.

import { z } from "zod";
import { applyColumn, applyForecast, applyRequest, drawingSettings, foreseeApplyInput } from "../applying.ts";
import { call } from "../contract.ts";
import { deviceName } from "../device.ts";
import { diagnosticSchema } from "../diagnostic-schema.ts";
import { filePath } from "../path-name.ts";
import { targetModel } from "../target-model.ts";
import { job, runId } from "./job.ts";
import { libraryEntry } from "./library-entry.ts";

const nothing = z.object({});
const path = filePath.min(1);

/** A file that lies on disk and can be fetched. */
const file = z.object({ path: z.string(), url: z.string() });

/** One column of a comparison: what was drawn with one negative. */
const appliedColumn = z.object({
  column: applyColumn,
  /** The text on the negative side: empty without one; `null` for the learned embedding. */
  negative: z.string().nullable(),
  /** PNG, one a frame. */
  frames: z.array(file),
  /** All frames: an animated WebP, or the PNG of a single picture. */
  video: file,
});

export const appliedResult = z.object({
  /** Tells several results of one run apart; empty if there is only one. */
  name: z.string(),
  /** What the model is called, with its base. */
  model: z.string(),
  prompt: z.string(),
  seed: z.int().nonnegative(),
  draws: z.enum(["pictures", "videos"]),
  settings: drawingSettings,
  /** In the order of the comparison, all of the same seed. */
  columns: z.array(appliedColumn),
  /** The columns side by side: an animated WebP, or a PNG. */
  video: file,
  /** To be written into whatever is exported: in the form of other programs for Stable Diffusion, and all settings as JSON. */
  parameters: z.string(),
  recipe: z.string(),
  device: deviceName,
  seconds: z.number().nonnegative(),
  /** Bytes foreseen. */
  memory: z.number().nonnegative(),
});
export type AppliedResult = z.output<typeof appliedResult>;

export const appliedSummary = libraryEntry.extend({
  model: z.string(),
  draws: z.enum(["pictures", "videos"]),
  prompt: z.string(),
  settings: drawingSettings,
  /** What was applied: its file as it was called, and the run that had learned it, if it lies in one. */
  embedding: z.object({ path: z.string(), run: runId.nullable() }),
});
export type AppliedSummary = z.output<typeof appliedSummary>;

export const appliedDetail = appliedSummary.extend({
  folder: z.string(),
  /** As it was asked, with every setting filled in; paths are those of copies that it keeps. */
  request: applyRequest,
  /** `null` until it is done. */
  result: appliedResult.nullable(),
  warnings: z.array(diagnosticSchema),
});
export type AppliedDetail = z.output<typeof appliedDetail>;

export const applyJobInput = foreseeApplyInput.extend({
  /** How the run is called. */
  name: z.string().min(1).max(200),
});
export type ApplyJobInput = z.output<typeof applyJobInput>;

export const exportAppliedInput = z.object({
  id: runId,
  /** Of the result, where a run has several. */
  name: z.string().default(""),
  /** `webp`, `gif` and `apng` move; `png` is one frame; `frames` are the PNGs of all, in a `.zip`. */
  format: z.enum(["webp", "gif", "apng", "png", "frames"]),
  /** In their order; several lie side by side. */
  columns: z.array(applyColumn).min(1),
  /** Every pixel becomes so many on each side. */
  scale: z.int().min(1).max(8).default(1),
  /** The one that `png` shows, from 0. */
  frame: z.int().nonnegative().default(0),
});
export type ExportAppliedInput = z.output<typeof exportAppliedInput>;

/** Part of the studio's API. */
export const appliedApi = {
  /** All models known to the app: those that fit first, then by name. Without an embedding, no fit is judged. */
  targetModels: call({
    input: z.object({ embedding: path.nullable() }),
    output: z.object({ models: z.array(targetModel), folders: z.array(z.string()) }),
    anyTime: true,
  }),
  /** Looks at a model that a person chose, and remembers it. @throws Refusal if it is none */
  targetModel: call({
    input: z.object({ path, base: path.optional(), embedding: path.nullable() }),
    output: targetModel,
    anyTime: true,
  }),
  /** The folders that are searched for models, from now on. */
  saveModelFolders: call({ input: z.object({ folders: z.array(path).max(50) }), output: nothing, anyTime: true }),
  /** What it will do and need. Refused, as `apply` would be, if the embedding does not fit or memory is short. */
  foreseeApply: call({
    input: foreseeApplyInput,
    output: applyForecast,
    anyTime: true,
  }),
  /** A new job: its settings are frozen and its files copied now. Its id is the run's. */
  apply: call({ input: applyJobInput, output: job, anyTime: true }),
  /** The newest first. */
  applied: call({ input: nothing, output: z.array(appliedSummary), anyTime: true }),
  appliedRun: call({ input: z.object({ id: runId }), output: appliedDetail, anyTime: true }),
  /** A file of what was drawn, by this run or by an Apply node of one that learned, to be downloaded from the answer's `url`. */
  exportApplied: call({ input: exportAppliedInput, output: file, anyTime: true }),
};
