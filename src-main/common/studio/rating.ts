// What the user says of images: which of two is better. Pairs are kept in one folder, from which a reward can be learned.

import { z } from "zod";
import { call } from "../contract.ts";
import { filePath } from "../path-name.ts";
import { runId } from "./job.ts";

/** An image of a run: what tells it from all others, and a copy of it that the page has sent. */
const ratedImage = z.object({
  run: runId,
  /** As the page shows it, and which of several in a file. */
  url: z.string().max(2000),
  index: z.int().nonnegative().max(10_000),
  /** `null`: it was rated before. */
  upload: filePath.nullable(),
});

export const ratedPair = z.object({
  prompt: z.string().max(20_000),
  better: ratedImage,
  worse: ratedImage,
  tie: z.boolean(),
});
export type RatedPair = z.output<typeof ratedPair>;

export const ratings = z.object({
  /** That holds pairs.jsonl and the images. */
  folder: z.string(),
  count: z.int().nonnegative(),
  /** Images that lie there already, by `nameOfRated`. */
  images: z.array(z.string()),
  /** Of each pair the names of both images, in the order in which they were rated. */
  pairs: z.array(z.tuple([z.string(), z.string()])),
});
export type Ratings = z.output<typeof ratings>;

const nothing = z.object({});

/** Part of the studio's API. */
export const ratingApi = {
  ratings: call({ input: nothing, output: ratings, anyTime: true }),
  ratePair: call({ input: ratedPair, output: ratings, anyTime: true }),
  /** Takes the last one back. */
  undoRating: call({ input: nothing, output: ratings, anyTime: true }),
};

/** In the folder: the same image has the same name, whichever pair it is in. */
export function nameOfRated({ run, url, index }: Pick<RatedPair["better"], "run" | "url" | "index">): string {
  const path = url.replace(/[?#].*$/, "").replace(/\.\w+$/, "");
  const inRun = path.includes(run) ? path.slice(path.indexOf(run) + run.length) : path;
  const words = inRun.replace(/[^\w-]+/g, "-").replace(/^-+|-+$/g, "");
  return `${run}-${words.slice(-100)}-${index}.png`;
}
