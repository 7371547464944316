// A run for tests.

import type { RunSummary } from "../../../src-main/common/studio/run.ts";

export function runWith(more: Partial<RunSummary>): RunSummary {
  return {
    id: "cats",
    number: 12,
    name: "Cats",
    createdAt: "2026-01-01T00:00:00Z",
    state: "done",
    step: 120,
    total: 120,
    thumbnail: null,
    notes: "",
    tags: [],
    beganAt: null,
    seconds: 0,
    workflowName: "Cats",
    workflowPath: null,
    changes: null,
    parameters: [],
    reward: null,
    otherRewards: [],
    evaluated: null,
    bestHeldOut: null,
    sweep: null,
    worker: null,
    pipeline: "emoji",
    embedding: null,
    damagedFile: null,
    ...more,
  };
}
