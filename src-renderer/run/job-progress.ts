// How far a job is, as a bar and in words.

import { isAtWork, type Job } from "../../src-main/common/studio/job.ts";
import { text } from "../text/text.ts";
import { printSecondsLeft } from "./format.ts";

const words = text.learning.queue;

export interface JobProgress {
  /** `null`: nothing is known of how far it is. */
  readonly value: number | null;
  readonly max: number;
  readonly words: string;
}

/** `null` as long as there is nothing to tell. */
export function jobProgressOf(job: Job): JobProgress | null {
  const { step, total, state, loading, phase, secondsLeft, mayEndEarly } = job;
  const works = isAtWork(job);
  if (works && loading !== null) return { value: null, max: 1, words: words.loading(loading) };
  // When all steps are done, what comes after is a bar of its own.
  if (works && phase !== null && step === total) {
    const left = leftOf(phase.secondsLeft);
    return { value: phase.done, max: phase.total, words: [describePhase(phase), ...left].join(", ") };
  }
  if (total === 0) return null;
  const during = works && phase !== null ? [describePhase(phase)] : [];
  const left = state === "running" && step < total ? leftOf(secondsLeft, mayEndEarly) : [];
  return { value: step, max: total, words: [words.progress(step, total), ...during, ...left].join(", ") };
}

/** `Evaluating 34 of 96 images` */
function describePhase({ name, unit, done, total }: NonNullable<Job["phase"]>): string {
  return words.phase(name, Math.floor(done), total, unit);
}

function leftOf(seconds: number | null, mayEndEarly = false): string[] {
  return seconds === null ? [] : [(mayEndEarly ? words.atMost : words.left)(printSecondsLeft(seconds))];
}
