// What the folder of an application holds: `applied.json` when it is prepared; per result a folder with the record, frames and videos.

import { z } from "zod";
import { applyColumn, applyRequest, drawingSettings } from "./applying.ts";
import { deviceName } from "./device.ts";

/** Prepared: every setting filled in, and files that could change copied. */
export const APPLIED_PLAN = "applied.json";
/** Of a result; written last. */
export const APPLIED_RECORD = "result.json";
/** The folder of a result; several in one run add `-NAME`. */
export const APPLIED_FOLDER = "applied";
/** The columns side by side. */
export const SIDE_BY_SIDE = "side-by-side";

export const appliedPlan = z.object({
  formatVersion: z.literal(1).default(1),
  /** Paths of copies are relative to the folder; what is too large for one is whole. */
  request: applyRequest,
  model: z.string(),
  draws: z.enum(["pictures", "videos"]),
  settings: drawingSettings,
  /** Of sampling, over all columns. */
  steps: z.int().positive(),
  /** Where the embedding lay. */
  embedding: z.string(),
});
export type AppliedPlan = z.output<typeof appliedPlan>;

export const appliedRecord = z.object({
  formatVersion: z.literal(1).default(1),
  model: z.string(),
  prompt: z.string(),
  seed: z.int().nonnegative(),
  draws: z.enum(["pictures", "videos"]),
  settings: drawingSettings,
  columns: z.array(z.object({ column: applyColumn, negative: z.string().nullable() })).min(1),
  parameters: z.string(),
  recipe: z.string(),
  device: deviceName,
  seconds: z.number().nonnegative(),
  memory: z.number().nonnegative(),
});
export type AppliedRecord = z.output<typeof appliedRecord>;

/** In the folder of a result: `frames/learned/0001.png`. */
export function frameFile(column: string, frame: number): string {
  return `frames/${column}/${frameName(frame)}`;
}

/** @param frame from 0 */
export function frameName(frame: number): string {
  return `${String(frame + 1).padStart(4, "0")}.png`;
}

/** A video, or a single picture. @param name a column, or `SIDE_BY_SIDE` */
export function videoFile(name: string, frames: number): string {
  return `${name}.${frames === 1 ? "png" : "webp"}`;
}
