// Wishes for a training that is running: asked for by one call of the API, met by another between two steps.

import { resolve } from "node:path";
import type { NudgeInput } from "../common/workflow-run.ts";
import type { RunRequests } from "../learning/train.ts";

type Wish = NudgeInput["wish"];

const learning = new Map<string, Set<Wish>>();

/** Whether that run is learning; then the wish is met after the step in work. */
export function nudge({ run, wish }: NudgeInput): boolean {
  return learning.get(resolve(run))?.add(wish) !== undefined;
}

/** @param work gets a function that tells what was wished for since it was last called */
export async function whileNudged<Result>(
  run: string,
  work: (takeRequests: () => RunRequests) => Promise<Result>,
): Promise<Result> {
  const wishes = new Set<Wish>();
  learning.set(resolve(run), wishes);
  try {
    return await work(() => {
      const taken = { sample: wishes.has("sample"), save: wishes.has("save") };
      wishes.clear();
      return taken;
    });
  } finally {
    learning.delete(resolve(run));
  }
}
