// Workflow documents on disk: opening, saving, and the files that a person chooses.

import { z } from "zod";
import { diagnosticSchema } from "../diagnostic-schema.ts";
import { filePath } from "../path-name.ts";

export const openedDocument = z.object({
  /** `null`: it came out of another file (a picture, an embedding, a bundle) and has no file of its own yet. */
  path: z.string().nullable(),
  name: z.string(),
  /** A workflow as JSON, migrated to the newest format. */
  workflow: z.unknown(),
  /** What is unknown in it, and other warnings. */
  diagnostics: z.array(diagnosticSchema),
  /** Changes whenever the file does; `saveDocument` compares it. `null` without a file. */
  version: z.string().nullable(),
});
export type OpenedDocument = z.output<typeof openedDocument>;

export const saveInput = z.object({
  /** Ends in `.reneg.json`. */
  path: filePath,
  workflow: z.unknown(),
  /** As opened or last saved; a file that another program changed since is not overwritten. `null`: overwrite. */
  version: z.string().nullable(),
});

export const folderListing = z.object({
  path: z.string(),
  /** The name of the file, where a file's path was given: then its folder is listed. */
  selected: z.string().nullable(),
  /** `null` at the top. */
  parent: z.string().nullable(),
  entries: z.array(z.object({ name: z.string(), path: z.string(), isFolder: z.boolean(), bytes: z.number() })),
  /** Where people keep such things: home, workflows, runs, models, drives. */
  places: z.array(z.object({ name: z.string(), path: z.string() })),
});
export type FolderListing = z.output<typeof folderListing>;

export const template = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  /** What one has when it has run. */
  gives: z.string(),
  /** What running it takes, for people. */
  memory: z.string(),
  time: z.string(),
  /** What the user must have first; empty: nothing. */
  needs: z.array(z.object({ names: z.array(z.string()), bytes: z.number().positive() })),
  picture: z.string().nullable(),
  workflow: z.unknown(),
});
export type Template = z.output<typeof template>;

/** A file that a workflow names and that is not there. */
export const missingFile = z.object({
  node: z.string(),
  param: z.string(),
  path: z.string(),
  /** SHA-256 of the weights, where the shared file says it. */
  hash: z.string().nullable(),
});
export type MissingFile = z.output<typeof missingFile>;
