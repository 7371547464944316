// What Preference Pairs and Rated Images have in common: where they lie, and how many are held back.

import { z } from "zod";
import type { FileKind } from "../src-main/common/known-file.ts";
import { seed } from "../src-main/common/limits.ts";
import type { Caller } from "./define-node.ts";

/** @param what they are called, in the middle of a sentence @param offers which files are listed to choose from */
export function examplesParams(what: string, table: string, offers: FileKind) {
  return z.object({
    source: z
      .string()
      .min(1, `no ${what} are chosen`)
      .meta({
        label: "Folder",
        help: `The folder that holds ${table} and the images, or the table itself.`,
        control: "folder",
        offers,
      }),
    share: z.number().min(0).max(0.9).default(0.2).meta({
      label: "Held back",
      step: 0.05,
      help: "The share that is not trained from, to tell how well the rest serves. No image is in both. 0 holds none back.",
    }),
    seed: seed.default(0).meta({
      label: "Seed",
      help: "Of which are held back.",
      control: "seed",
    }),
  });
}
type ExamplesParams = z.output<ReturnType<typeof examplesParams>>;

/** Those to learn from, and those that are held back. */
export function examplesOf(fn: string, params: ExamplesParams, call: Caller["call"]) {
  return {
    learned: call(fn, {}, { ...params, part: "learned" }),
    heldBack: call(fn, {}, { ...params, part: "held back" }, { as: "heldBack" }),
  };
}
