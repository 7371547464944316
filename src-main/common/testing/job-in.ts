// A job for tests.

import type { Job, JobState } from "../studio/job.ts";

export function jobIn(state: JobState, more: Partial<Job> = {}): Job {
  return {
    run: "cats",
    number: 12,
    kind: "learn",
    name: "Cats",
    state,
    device: "auto",
    createdAt: "2026-01-01T00:00:00Z",
    beganAt: null,
    runningSince: null,
    workedSeconds: 0,
    workflowPath: null,
    sweep: null,
    workers: null,
    step: 30,
    total: 120,
    secondsPerStep: null,
    secondsLeft: null,
    mayEndEarly: false,
    phase: null,
    loading: null,
    silence: null,
    reward: null,
    diagnostics: [],
    ...more,
  };
}
