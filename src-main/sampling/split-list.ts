// What people said of images, as a run sees it: a part to learn from, and a part that is held back.

import { refuse } from "../common/diagnostic.ts";
import type { ExampleList, ImageSource } from "../common/example.ts";
import { splitExamples } from "../preferences/hold-back.ts";
import type { ExampleOptions, SplitExamples } from "../program/host.ts";

/** @throws Refusal for a table that has changed since the run began, or of which nothing can be held back */
export function splitList<Example>(
  list: ExampleList<Example>,
  { share, seed, digest }: ExampleOptions,
  imagesOf: (example: Example) => readonly ImageSource[],
): SplitExamples<Example> {
  const { file } = list;
  if (digest !== undefined && list.digest !== digest) {
    refuse({
      code: "examples-changed",
      at: { file },
      message: "what people said of these images has changed since this run began, so that it would go on with others",
      help: "begin a new run from its workflow, or put the earlier table back",
    });
  }
  return { ...list, ...splitExamples(list.examples.map(imagesOf), { share, seed, file }) };
}
