// Cost against what grows, on the embedded pipeline: so small that orders show, not constants.

import { readFileSync } from "node:fs";
import { learnStep } from "../../../src-main/learning/learn-step.ts";
import type { LearningState } from "../../../src-main/learning/learning-state.ts";
import { embedded } from "../../../src-main/models/embedded.ts";
import type { ProgramRun } from "../../../src-main/sampling/program-run.ts";
import { rollOut, openSampler } from "../../../src-main/sampling/roll-out.ts";
import type { Growth } from "../cases.ts";
import type { Answer, Job } from "../job.ts";
import { CALLS } from "./bench-program.ts";
import { MeasuredSessions } from "./measured-sessions.ts";
import { openGradient, openLearning } from "./open-learning.ts";
import { startRun } from "./open-work.ts";

type Point = NonNullable<Answer["growth"]>[number];
type Axis = Growth["axis"];

/** What is changed of a job for each x. */
const AXES: Readonly<Record<Exclude<Axis, "length">, { readonly xs: readonly number[]; readonly seconds: Measure }>> = {
  prompts: { xs: [8, 32, 128, 512], seconds: (job, x) => stepSeconds({ ...job, ...SHORT, batch: 4 }, promptsOf(x)) },
  batch: { xs: [4, 8, 16, 32], seconds: (job, x) => stepSeconds({ ...job, ...SHORT, batch: x }, promptsOf(8)) },
  "sampling steps": {
    xs: [8, 16, 32, 64],
    seconds: (job, x) => drawSeconds({ ...job, sampling: { steps: x, index: 0 } }),
  },
  pixels: {
    xs: [64 ** 2, 128 ** 2, 256 ** 2, 512 ** 2],
    seconds: (job, x) => gradientSeconds({ ...job, side: Math.sqrt(x) }),
  },
};
type Measure = (job: Job, x: number) => Promise<number>;

const SHORT = { microBatch: 4, sampling: { steps: 4, index: 3 } };

/** Steps of the long run, and at which of them it is looked at. */
const RUN = { steps: 3000, look: 100 };

export async function measureGrowth(job: Job): Promise<readonly Point[]> {
  const axis = job.axis as Axis;
  if (axis === "length") return measureRun(job);
  const { xs, seconds } = AXES[axis];
  const points: Point[] = [];
  for (const x of xs) points.push({ x, y: await seconds(job, x) });
  return points;
}

function promptsOf(count: number): string[] {
  const lines = readFileSync(embedded.prompts.train, "utf8").split("\n").filter(Boolean);
  return Array.from({ length: count }, (_, i) =>
    `${lines[i % lines.length]} ${Math.floor(i / lines.length) || ""}`.trim(),
  );
}

/** A step in which prompts are known that were drawn. */
function stepSeconds(job: Job, prompts: readonly string[]): Promise<number> {
  return withRun(job, prompts, async (run) => {
    const { updates, start } = await openLearning(run, job);
    return fastest(() => learnStep(updates, start));
  });
}

function gradientSeconds(job: Job): Promise<number> {
  return withRun({ ...job, sampling: { steps: 1, index: 0 } }, promptsOf(1), async (run, one) => {
    const { run: once } = await openGradient(run, one);
    return fastest(once);
  });
}

function drawSeconds(job: Job): Promise<number> {
  return withRun(job, promptsOf(1), async (run) => {
    const { update, start } = await openLearning(run, job);
    const [sampler] = update.lowered.samplers;
    if (sampler === undefined) throw new Error("the program has no sampler");
    const opened = openSampler(run, sampler, 1);
    const noise = new Float32Array(sampler.model.latent.reduce((product, side) => product * side, 1)).fill(0.5);
    const parameters = new Map([[CALLS.parameter, start.parameters[CALLS.parameter]?.value ?? {}]]);
    const texts = new Map([[CALLS.prompts, promptsOf(1)]]);
    return fastest(() => rollOut(opened, noise, { texts, parameters }));
  });
}

async function withRun(
  job: Job,
  prompts: readonly string[],
  work: (run: ProgramRun, job: Job) => Promise<number>,
): Promise<number> {
  const sessions = new MeasuredSessions(job.device);
  try {
    return await work(startRun(job, sessions, prompts), job);
  } finally {
    await sessions.release();
  }
}

/** Seconds: what disturbs can only make it slower. */
async function fastest(work: () => Promise<unknown>): Promise<number> {
  await work();
  let least = Infinity;
  for (let i = 0; i < 4; i++) {
    const start = performance.now();
    await work();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

/** For every hundred steps: at x, seconds of the last hundred; at −x, the memory in bytes. */
async function measureRun(job: Job): Promise<readonly Point[]> {
  const wanted: Job = { ...job, batch: 1, microBatch: 1, sampling: { steps: 2, index: 1 } };
  const points: Point[] = [];
  await withRun(wanted, promptsOf(160), async (run) => {
    const { updates, start } = await openLearning(run, wanted);
    let state: LearningState = start;
    let since = performance.now();
    for (let step = 1; step <= RUN.steps; step++) {
      ({ state } = await learnStep(updates, state));
      if (step % RUN.look !== 0) continue;
      points.push({ x: step, y: (performance.now() - since) / 1000 }, { x: -step, y: process.memoryUsage.rss() });
      since = performance.now();
    }
    return 0;
  });
  return points;
}
