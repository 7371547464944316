// An open tab with its history, as it is kept in case the page, the program or the machine dies: whole now and then, and in between as
// entries of a journal that say what became of its steps.

import { z } from "zod";
import { applyChanges, invertChanges, workflowChange } from "../workflow-changes.ts";
import type { Workflow } from "../workflow.ts";
import { runId } from "./job.ts";

/** Which nodes and wires were selected. */
const selection = z.object({ nodes: z.array(z.string()).readonly(), edges: z.array(z.string()).readonly() }).readonly();
export type Selection = z.output<typeof selection>;

export const historyStep = z
  .object({
    /** What the user did, as the history panel lists it. */
    label: z.string(),
    changes: z.array(workflowChange).readonly(),
    mergeKey: z.string().nullable(),
    /** Milliseconds; only compared with each other. */
    at: z.number(),
    /** Characters of the changes. */
    size: z.number(),
    before: selection,
    after: selection,
  })
  .readonly();
export type HistoryStep = z.output<typeof historyStep>;

const count = z.int().nonnegative();
/** Of the tab, not of its document. */
const tab = {
  id: z.string().regex(/^[\w-]{1,64}$/),
  name: z.string(),
  path: z.string().nullable(),
  /** Of its file; see `saveInput`. */
  version: z.string().nullable(),
  /** After how many of the steps the document is what its file holds; `null`: after none. */
  saved: count.nullable().default(null),
  /** What was started from it last, so that a workflow without a file is still known as that run's. */
  run: runId.nullable().default(null),
  /** Whose entries continue it: those of another copy do not fit. */
  copy: z.string().default(""),
  /** How many of the steps are done; the others were undone. */
  done: count.default(0),
  /** ISO 8601; set by whoever stores it. */
  savedAt: z.string().default(""),
};

export const draft = z.object({
  ...tab,
  /** As it is with those steps done that are. */
  workflow: z.unknown(),
  /** Oldest first. */
  steps: z.array(historyStep).readonly().default([]),
});
export type Draft = z.output<typeof draft>;

/** What became of a draft: of its steps the oldest are forgotten, some are kept, the others have made way for new ones. */
export const draftEntry = z.object({ ...tab, forgotten: count, kept: count, steps: z.array(historyStep).readonly() });
export type DraftEntry = z.output<typeof draftEntry>;

export function continueDraft(before: Draft, { forgotten, kept, steps: fresh, ...now }: DraftEntry): Draft {
  const steps = [...before.steps.slice(forgotten, forgotten + kept), ...fresh];
  // Back to the last state that both have, and forth from there.
  const shared = Math.min(before.done, forgotten + kept, forgotten + now.done);
  let workflow = before.workflow as Workflow;
  for (const { changes } of before.steps.slice(shared, before.done).toReversed()) {
    workflow = applyChanges(workflow, invertChanges(changes));
  }
  for (const { changes } of steps.slice(shared - forgotten, now.done)) workflow = applyChanges(workflow, changes);
  return { ...now, workflow, steps };
}
