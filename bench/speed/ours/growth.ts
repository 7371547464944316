// Cost against what grows, on the embedded pipeline: so small that orders show, not constants.

import { learnStep } from "../../../src-main/learning/learn-step.ts";
import type { ProgramRun } from "../../../src-main/sampling/program-run.ts";
import { openSampler, rollOut } from "../../../src-main/sampling/roll-out.ts";
import type { Growth } from "../cases.ts";
import type { GrowthPoint, Job } from "../job.ts";
import { CALLS } from "./bench-program.ts";
import { fastest } from "./fastest.ts";
import { videoSeconds } from "./growth-frames.ts";
import { measureLength } from "./growth-length.ts";
import { checkSeconds } from "./growth-nodes.ts";
import { MeasuredSessions } from "./measured-sessions.ts";
import { openGradient, openLearning } from "./open-learning.ts";
import { startRun } from "./open-work.ts";
import { promptsOf } from "./prompts.ts";

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
  frames: { xs: [4, 8, 16, 32], seconds: videoSeconds },
  nodes: { xs: [1000, 2000, 4000, 8000], seconds: (_, x) => checkSeconds(x) },
};
type Measure = (job: Job, x: number) => Promise<number>;

const SHORT = { microBatch: 4, sampling: { steps: 4, index: 3 } };

export async function measureGrowth(job: Job): Promise<readonly GrowthPoint[]> {
  const axis = job.axis as Axis;
  if (axis === "length") return measureLength(job);
  const { xs, seconds } = AXES[axis];
  const points: GrowthPoint[] = [];
  for (const x of xs) points.push({ x, seconds: await seconds(job, x) });
  return points;
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
