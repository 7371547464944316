// The models that a learned embedding may be applied to, and whether it fits them.

import { z } from "zod";
import { drawingSettings } from "./applying.ts";
import { diagnosticSchema } from "./diagnostic-schema.ts";

export const targetKind = z.enum(["pipeline", "controlnet", "motion", "video"]);
export type TargetKind = z.output<typeof targetKind>;

const fit = z.discriminatedUnion("verdict", [
  z.object({ verdict: z.literal("fits") }),
  /** Only a run of the text encoder can tell; it does so before anything is drawn. */
  z.object({ verdict: z.literal("unsure"), why: diagnosticSchema }),
  /** `why.message` says what differs, `why.help` what would fit. */
  z.object({ verdict: z.literal("misfit"), why: diagnosticSchema }),
]);
export type Fit = z.output<typeof fit>;

export const targetModel = z.object({
  /** What `to` of an application takes: an absolute path, or `emoji`, `emoji:controlnet`, `emoji:video`. */
  path: z.string(),
  name: z.string(),
  kind: targetKind,
  draws: z.enum(["pictures", "videos"]),
  /** It came with the program, was used or chosen before, or lies in one of the folders of models. */
  origin: z.enum(["embedded", "recent", "folder"]),
  /** Those of the listed pipelines that it works on, the best first; empty if it needs none, or if none is known. */
  bases: z.array(z.string()),
  /** Whether it works on another pipeline, as ControlNets and motion modules do. */
  needsBase: z.boolean(),
  /** Whether a picture must steer. */
  needsPicture: z.boolean(),
  /** The text encoder whose texts it reads, e.g. `CLIP ViT-L/14 (77×768)`; `null` if it cannot be opened. */
  space: z.string().nullable(),
  /** With the first of `bases`; `null` if it cannot be opened. */
  settings: drawingSettings.nullable(),
  /** Pixels: both sides of what it draws are multiples of this. */
  sizeStep: z.int().positive(),
  /** What shows it well, where its folder says so. */
  example: z
    .object({
      prompt: z.string(),
      picture: z.string().nullable(),
      /** Where a page finds the picture. */
      pictureUrl: z.string().nullable().default(null),
    })
    .nullable(),
  fit,
});
export type TargetModel = z.output<typeof targetModel>;

export const targetModelsInput = z.object({
  /** The embedding that is to be applied; `null`: fits are not asked for. */
  embedding: z.string().nullable(),
  /** Paths of models, as `to` takes them. What is no model, or is gone, is left out. */
  recent: z.array(z.string()).default([]),
  /** Searched for models, a few levels deep. */
  folders: z.array(z.string()).default([]),
});

export const targetModelInput = z.object({
  path: z.string(),
  base: z.string().optional(),
  embedding: z.string().nullable(),
  /** Pipelines that it may work on. */
  recent: z.array(z.string()).default([]),
});
