// A file or folder that a node can be given, as far as a look at its names and headers tells.

import { z } from "zod";
import { diagnosticSchema } from "./diagnostic-schema.ts";
import { embeddingSpace } from "./embedding-space.ts";

export const fileKind = z.enum([
  "pipeline",
  "controlnet",
  /** Motion modules, which move a pipeline, and whole video models: either draws videos. */
  "video",
  "reward",
  "embedding",
  "lora",
  /** By itself, as transformers and a run save it. */
  "text encoder",
  "prompts",
  /** Folders of images with a table of what people said of them. */
  "pairs",
  "ratings",
  "image",
  /** Weights that people have beside the others, and that no node takes. */
  "other",
]);
export type FileKind = z.output<typeof fileKind>;

export const describedFile = z.object({
  /** As a parameter takes it: absolute, or the name of something that comes with the program. */
  path: z.string(),
  /** For people: no path. */
  name: z.string(),
  kind: fileKind,
  /** More exactly: `Stable Diffusion 1.x`, `HPSv2 or HPSv2.1`, `LoRA`. */
  what: z.string(),
  /** Of a folder: of all files in it. */
  bytes: z.number().nonnegative(),
  /** Of the texts that a model reads, or that an embedding stands in for; `null`: not known, or none. */
  space: embeddingSpace.nullable(),
  /** Why nothing here can use it. */
  refusal: diagnosticSchema.nullable(),
});
export type DescribedFile = z.output<typeof describedFile>;

export const describeFilesInput = z.object({
  /** Looked at one by one; what is gone is left out. */
  paths: z.array(z.string()),
  /** Searched, some levels deep, for more. */
  folders: z.array(z.string()),
});

export const knownFile = describedFile.extend({
  /** It comes with the program, was chosen or used before, was learned by a run, or lies in one of the user's folders of models. */
  origin: z.enum(["embedded", "recent", "run", "folder"]),
});
export type KnownFile = z.output<typeof knownFile>;
