// Frames that lie on disk, written again as one video.

import { z } from "zod";

export const exportVideoInput = z.object({
  /** Side by side: the PNGs of each column, all of one size and as many in each. */
  columns: z.array(z.array(z.string()).min(1)).min(1),
  fps: z.number().positive(),
  /** Every pixel becomes so many on each side. */
  scale: z.int().min(1).max(8).default(1),
  /** Written into the video: in the form of other programs for Stable Diffusion, and all settings as JSON. */
  parameters: z.string(),
  recipe: z.string(),
  /** `.webp`, `.gif`, `.png` (of several frames: an animated one), or a folder for single frames. */
  out: z.string(),
});
export type ExportVideoInput = z.output<typeof exportVideoInput>;

export const exportVideoResult = z.object({
  file: z.string(),
  frames: z.int().positive(),
  width: z.int().positive(),
  height: z.int().positive(),
});
export type ExportVideoResult = z.output<typeof exportVideoResult>;
