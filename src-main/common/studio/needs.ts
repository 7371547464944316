// What a workflow needs that does not come with the program: what to get, from where, and whether it is there by now.

import { z } from "zod";
import { fileKind } from "../known-file.ts";

const published = z.object({
  name: z.string(),
  /** Where it is published, with its terms. Nothing is fetched from there by the program. */
  page: z.url(),
  /** The files to get. */
  get: z.string(),
  bytes: z.number().positive(),
  licence: z.string(),
  /** What to put into a folder of models, and how. */
  put: z.string(),
});

/** As it stands in the table beside the templates. */
export const publishedModel = published.extend({
  /** How it is known among the files that are there: all that is said must agree. */
  match: z.object({
    kind: fileKind,
    /** The id of the space of its texts. */
    space: z.string().exactOptional(),
    /** A pattern that is found in its path. */
    called: z.string().exactOptional(),
  }),
});
export type PublishedModel = z.output<typeof publishedModel>;

export const need = z.object({
  node: z.string(),
  param: z.string(),
  /** Any one of them will do, the first rather than the others. */
  models: z.array(published.extend({ found: z.array(z.object({ path: z.string(), name: z.string() })) })),
});
export type Need = z.output<typeof need>;

/** In a workflow's `meta`: by node, the names in that table. */
export const namedNeeds = z.record(z.string(), z.array(z.string()).min(1));
