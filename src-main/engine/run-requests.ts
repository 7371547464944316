// What is asked of a training that is running: by one call of the API, met by another between two steps.

import { resolve } from "node:path";
import type { RunRequest } from "../common/workflow-run.ts";
import type { RunRequests } from "../learning/train.ts";

type Asked = RunRequest["request"];

const learning = new Map<string, Set<Asked>>();

/** Whether that run is training; then the request is met after the step in work. */
export function askRun({ run, request }: RunRequest): boolean {
  return learning.get(resolve(run))?.add(request) !== undefined;
}

/** @param work gets a function that tells what was asked for since it was last called */
export async function whileAskable<Result>(
  run: string,
  work: (takeRequests: () => RunRequests) => Promise<Result>,
): Promise<Result> {
  const asked = new Set<Asked>();
  learning.set(resolve(run), asked);
  try {
    return await work(() => {
      const taken = { sample: asked.has("sample"), save: asked.has("save") };
      asked.clear();
      return taken;
    });
  } finally {
    learning.delete(resolve(run));
  }
}
