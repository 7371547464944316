import { expect, it } from "vitest";
import type { JobState } from "../../src-main/common/studio/job.ts";
import { asRead } from "./job-order.ts";

it("what is at work stands before what waits, and both before what has ended, the newest of that first", () => {
  const jobs = (["done", "queued", "paused", "running", "queued", "failed"] satisfies JobState[]).map((state, i) => ({
    id: i,
    state,
  }));
  expect(asRead(jobs).map(({ id }) => id)).toEqual([3, 1, 4, 5, 2, 0]);
});
