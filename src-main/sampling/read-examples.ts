// What people said of images, read before a program is opened: tables may take their time, and opening does not wait.

import { refuse } from "../common/diagnostic.ts";
import type { ExampleList, ImageSource, PairExample, RatedExample } from "../common/example.ts";
import type { Program } from "../common/program/program.ts";
import { modelPath } from "../models/embedded.ts";
import { splitExamples } from "../preferences/hold-back.ts";
import { PAIRS, readPairs } from "../preferences/read-pairs.ts";
import { RATINGS, readRatings } from "../preferences/read-ratings.ts";
import { tableDigest } from "../preferences/table-digest.ts";
import { atNodeLater } from "../program/at-node.ts";
import { preferencePairs, ratedImages } from "../program/functions/examples.ts";
import type { SplitExamples, SplitOptions } from "../program/host.ts";

export interface ReadExamples {
  /** @throws Error for a table that no call of the program names */
  readonly pairs: (source: string) => ExampleList<PairExample>;
  readonly ratedImages: (source: string) => ExampleList<RatedExample>;
}

/** Of a program that names none. */
export const NO_EXAMPLES: ReadExamples = {
  pairs: (source) => refuseUnread(source),
  ratedImages: (source) => refuseUnread(source),
};

/** @throws Refusal at the node of a table that cannot be read, with its row */
export async function readExamples({ calls }: Program): Promise<ReadExamples> {
  const pairs = new Map<string, ExampleList<PairExample>>();
  const rated = new Map<string, ExampleList<RatedExample>>();
  for (const call of Object.values(calls)) {
    if (call.fn === preferencePairs.name) {
      const { source, digest } = preferencePairs.settings.parse(call.settings);
      const read = () => readUnchanged(readPairs, modelPath(source), PAIRS, digest);
      if (!pairs.has(source)) pairs.set(source, await atNodeLater(call, read, { param: "source" }));
    } else if (call.fn === ratedImages.name) {
      const { source, digest } = ratedImages.settings.parse(call.settings);
      const read = () => readUnchanged(readRatings, modelPath(source), RATINGS, digest);
      if (!rated.has(source)) rated.set(source, await atNodeLater(call, read, { param: "source" }));
    }
  }
  return {
    pairs: (source) => pairs.get(source) ?? refuseUnread(source),
    ratedImages: (source) => rated.get(source) ?? refuseUnread(source),
  };
}

/** @param digest of the table that the run began with; absent: it begins just now */
async function readUnchanged<List>(
  read: (path: string) => Promise<List>,
  path: string,
  usual: string,
  digest: string | undefined,
): Promise<List> {
  if (digest !== undefined && tableDigest(path, usual) !== digest) {
    refuse({
      code: "examples-changed",
      at: { file: path },
      message: "what people said of these images has changed since this run began, so that it would go on with others",
      help: "begin a new run from its workflow, or put the earlier table back",
    });
  }
  return read(path);
}

function refuseUnread(source: string): never {
  throw new Error(`the examples of ${source} were not read before the program was opened`);
}

export function splitList<Example>(
  list: ExampleList<Example>,
  { share, seed }: SplitOptions,
  imagesOf: (example: Example) => readonly ImageSource[],
): SplitExamples<Example> {
  return { ...list, ...splitExamples(list.examples.map(imagesOf), { share, seed, file: list.file }) };
}
