// Which of the files that were found are taken for what a workflow needs: only where there is one answer.

import type { Need } from "../../src-main/common/studio/needs.ts";
import { setParam } from "../../src-main/common/workflow-edits.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";

export interface FoundNeed {
  readonly need: Need;
  readonly path: string;
  readonly name: string;
}

/** No file is taken twice: a reward that is also the judge of itself proves nothing. */
export function foundNeeds(needs: readonly Need[]): FoundNeed[] {
  const taken = new Set<string>();
  return needs.flatMap((need) => {
    const candidates = need.models
      .map(({ found }) => found.filter(({ path }) => !taken.has(path)))
      .find(({ length }) => length > 0);
    const [only, ...others] = candidates ?? [];
    if (only === undefined || others.length > 0) return [];
    taken.add(only.path);
    return [{ need, ...only }];
  });
}

export function fillNeeds(workflow: Workflow, found: readonly FoundNeed[]): Workflow {
  return found.reduce((filled, { need: { node, param }, path }) => setParam(filled, node, param, path), workflow);
}
