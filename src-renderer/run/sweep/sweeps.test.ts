import { expect, test } from "vitest";
import { jobIn } from "../../../src-main/common/testing/job-in.ts";
import { runWith } from "../testing/run-with.ts";
import { sweepsOf } from "./sweeps.ts";

const sweep = { id: "sweep", name: "cats", values: [] };
const workers = { device: "cpu", images: false } as const;

test("a run that has lost its worker has none until another takes it up", () => {
  const run = runWith({ sweep, worker: "gpu-1" });
  const workerAsOf = (worker: string | null) =>
    sweepsOf([run], [jobIn("running", { run: run.id, sweep, workers: { ...workers, worker } })])[0]?.runs[0]?.worker;
  expect(workerAsOf(null)).toBeNull();
  expect(workerAsOf("gpu-2")).toBe("gpu-2");
  // Of one that is no longer in the list, its folder tells.
  expect(sweepsOf([run], [])[0]?.runs[0]?.worker).toBe("gpu-1");
});
