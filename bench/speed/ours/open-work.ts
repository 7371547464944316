// Opens what a job asks for.

import { programFunctions } from "../../../src-main/program/functions/index.ts";
import { openProgram } from "../../../src-main/program/open-program.ts";
import { openHost } from "../../../src-main/sampling/open-host.ts";
import { type ProgramRun, startProgram } from "../../../src-main/sampling/program-run.ts";
import type { Job, Work } from "../job.ts";
import { benchProgram } from "./bench-program.ts";
import type { MeasuredSessions } from "./measured-sessions.ts";
import { openGradient, openIteration } from "./open-learning.ts";
import { openDecoding, openGuidedPass, openProduct, openReward, openTexts } from "./open-parts.ts";
import type { OpenedWork } from "./opened-work.ts";

/** As long as people write them. */
const PROMPTS = [
  "a photo of an astronaut riding a horse on the moon, highly detailed",
  "an emoji of a dragon face",
  "a red apple on a wooden table, soft light",
  "the skyline of a city at night, reflected in a river",
  "a beer mug on a pink background",
  "portrait of an old fisherman, oil on canvas",
  "a soccer ball on a purple background",
  "a small house in the mountains, snow, evening",
];

const OPENERS: Readonly<
  Record<Exclude<Work, "growth">, (run: ProgramRun, job: Job) => OpenedWork | Promise<OpenedWork>>
> = {
  "matrix product": openProduct,
  "guided pass": openGuidedPass,
  decode: (run, job) => openDecoding(run, job, false),
  "decode and gradient": (run, job) => openDecoding(run, job, true),
  "reward gradient": openReward,
  "text encoding": openTexts,
  gradient: openGradient,
  iteration: openIteration,
};

export async function openWork(job: Job, sessions: MeasuredSessions): Promise<OpenedWork> {
  if (job.work === "growth") throw new Error("growth is measured by growth.ts");
  return OPENERS[job.work](startRun(job, sessions, PROMPTS), job);
}

/** More than is ever taken. */
const ENDLESS = 100_000;

/** Short of `openRun` in this alone: that all texts are taken to fill one chunk. */
export function startRun(
  job: Job,
  sessions: MeasuredSessions,
  prompts: readonly string[],
  learningSteps = ENDLESS,
): ProgramRun {
  const { sampling, pipeline, reward, side, guidance, batch, microBatch } = job;
  // As many late steps as the paper takes, where there are so many.
  const last = Math.min(10, sampling.steps);
  const program = benchProgram({
    ...{ pipeline, reward, side, guidance, batch, microBatch, prompts, learningSteps },
    sampling: { steps: sampling.steps, last },
  });
  return startProgram(openProgram(program, programFunctions, openHost(sessions)), sessions);
}
