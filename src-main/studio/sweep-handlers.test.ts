import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { template } from "../../nodes/testing/templates.ts";
import { Refusal } from "../common/diagnostic.ts";
import { type Engine, startEngine } from "../engine/client.ts";
import { type Home, openHome } from "./home.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import { readFrozenWorkflow } from "./run-folder.ts";
import { listRuns } from "./runs.ts";
import { sweepHandlers } from "./sweep-handlers.ts";

const context = { signal: new AbortController().signal };
let home: Home;
let engine: Engine;
let jobs: Jobs;
beforeEach(() => {
  home = openHome(mkdtempSync(join(tmpdir(), "reneg-sweep-")));
  engine = startEngine();
  const crew = { api: engine.api, place: () => null };
  jobs = createJobs({ home, worker: engine, helper: engine.api, crew, publish: () => undefined });
});
afterEach(async () => {
  await jobs.close();
  await engine.close();
  home.leave();
  rmSync(home.folder, { recursive: true });
});

const EMOJI = { name: "emoji", workflow: template("learn-emoji"), path: null, device: "cpu", workers: null } as const;
const seed = (values: readonly number[]) => ({ node: "optimizer", param: "seed", values: [...values] });
const rate = (values: readonly number[]) => ({ node: "optimizer", param: "learningRate", values: [...values] });

test("a sweep is a run of the queue for each combination, named by its values, which each has in its workflow", async () => {
  const { enqueueSweep, stopSweep } = sweepHandlers(jobs, () => undefined);
  const made = await enqueueSweep({ ...EMOJI, variations: [seed([0, 1]), rate([0.01, 0.02])] }, context);
  expect(made.map(({ name }) => name)).toEqual([
    "emoji · Seed 0, Learning rate 0.01",
    "emoji · Seed 0, Learning rate 0.02",
    "emoji · Seed 1, Learning rate 0.01",
    "emoji · Seed 1, Learning rate 0.02",
  ]);
  expect(new Set(made.map(({ sweep }) => sweep?.id)).size).toBe(1);
  const params = made.map(({ run }) => readFrozenWorkflow(join(home.runs, run))?.graph.nodes["optimizer"]?.params);
  expect(params.map((one) => [one?.["seed"], one?.["learningRate"]])).toEqual([
    [0, 0.01],
    [0, 0.02],
    [1, 0.01],
    [1, 0.02],
  ]);
  const [run] = listRuns(home, jobs.list()).filter(({ id }) => id === made[0]?.run);
  expect(run).toMatchObject({ sweep: made[0]?.sweep, workflowName: "emoji", bestHeldOut: null });

  await stopSweep({ id: made[0]?.sweep?.id ?? "" }, context);
  const states = (): string[] => jobs.list().map(({ state }) => state);
  // The run in work ends when its engine has heard of it, which takes more than a second on a busy machine.
  await expect.poll(states, { timeout: 60_000 }).toEqual(Array.from({ length: 4 }, () => "stopped"));
  expect(jobs.list().map(({ beganAt }) => beganAt === null)).toEqual([false, true, true, true]);
});

test("a value that a run refuses queues none of them and leaves no folder, and the run is named", async () => {
  const { enqueueSweep } = sweepHandlers(jobs, () => undefined);
  const asked = enqueueSweep({ ...EMOJI, variations: [rate([0.01, -1])] }, context);
  await expect(asked).rejects.toThrow(/run “emoji · Learning rate -1”: .*-1/);
  expect(jobs.list()).toEqual([]);
  expect(readdirSync(home.runs)).toEqual([]);
});

test("a parameter that is not there is named, and more runs than a list can show are refused", async () => {
  const { enqueueSweep } = sweepHandlers(jobs, () => undefined);
  const typo = { node: "optimizer", param: "sead", values: [1] };
  await expect(enqueueSweep({ ...EMOJI, variations: [typo] }, context)).rejects.toThrow(
    /optimizer has no parameter sead/,
  );
  const many = seed(Array.from({ length: 101 }, (_, i) => i));
  await expect(enqueueSweep({ ...EMOJI, variations: [many] }, context)).rejects.toThrow(Refusal);
  expect(readdirSync(home.runs)).toEqual([]);
});
