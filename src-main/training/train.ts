// Learns a negative embedding by a plan, and keeps a run folder in which nothing is lost: metrics, previews, checkpoints.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DeviceName } from "../common/device.ts";
import type { RunEvent } from "../common/run-events.ts";
import { writeFileAtomically } from "../weights/atomic-write.ts";
import { readNewestCheckpoint, writeCheckpoint } from "./checkpoints.ts";
import { evaluateRun } from "./evaluate-run.ts";
import { encodeText } from "./generator.ts";
import { learnStep, type StepMetrics } from "./learn-step.ts";
import { initialState, type LearningState } from "./learning-state.ts";
import { loadNegative } from "./load-negative.ts";
import { openLearner } from "./open-learner.ts";
import type { Plan } from "./plan.ts";
import { openPreviews, type Previews } from "./previews.ts";
import type { Learner } from "./reneg-step.ts";
import { appendMetrics, keepMetrics } from "./run-metrics.ts";
import { saveEmbedding } from "./save-embedding.ts";

export interface TrainOptions {
  /** The run's folder. */
  readonly run: string;
  readonly resume: boolean;
  readonly device: DeviceName;
  readonly emit: (event: RunEvent) => Promise<void>;
  /** Aborted: the step in work is given up, what is learned so far is saved. */
  readonly signal: AbortSignal;
}

export interface TrainOutcome {
  readonly embedding: string;
  readonly state: LearningState;
  readonly lastReward: number;
  readonly stopped: boolean;
  readonly seconds: number;
}

/** @throws Refusal naming the stage that failed; the state before that step is saved first */
export async function train(given: Plan, options: TrainOptions): Promise<TrainOutcome> {
  const { run, emit } = options;
  mkdirSync(run, { recursive: true });
  const started = performance.now();
  const { plan, learner } = await openLearner(given, options);
  const { sessions } = learner.generator;
  try {
    const begun = await begin(plan, learner, options);
    const nullText = await encodeText(learner.generator, "");
    const previews = await openPreviews(learner, plan, run, emit);
    const { state, lastReward, stopped } = await learn(plan, learner, begun, options, previews);
    const embedding = join(run, plan.saveAs);
    saveEmbedding(embedding, { state, plan, learner, nullText });
    if (!stopped) await evaluateRun(plan, learner, state.average ?? state.negative, { ...options, started });
    return { embedding, state, lastReward, stopped, seconds: (performance.now() - started) / 1000 };
  } finally {
    await sessions.release();
  }
}

async function begin(plan: Plan, learner: Learner, { run, resume, emit }: TrainOptions): Promise<LearningState> {
  if (resume) {
    const { state, skipped } = readNewestCheckpoint(run);
    for (const diagnostic of skipped) await emit({ type: "warning", diagnostic });
    keepMetrics(run, state.step);
    return state;
  }
  writeFileAtomically(join(run, "plan.json"), JSON.stringify(plan, null, 2));
  const { embedding, warnings } = await loadNegative(learner.generator, plan.start);
  for (const diagnostic of warnings) await emit({ type: "warning", diagnostic });
  return initialState(embedding, plan.emaDecay !== undefined);
}

async function learn(
  plan: Plan,
  learner: Learner,
  begun: LearningState,
  { run, emit, signal }: TrainOptions,
  previews: Previews,
) {
  const { tokens, width } = learner.generator.pipeline;
  const started = performance.now();
  let state = begun;
  let saved = -1;
  let lastReward = begun.firstReward ?? 0;
  const save = (): void => {
    if (saved === state.step) return;
    writeCheckpoint(run, state, [tokens, width], plan.checkpoints.keep);
    saved = state.step;
  };
  try {
    // A run that was stopped while it drew has its previews still to draw.
    await previews.draw(state);
    while (state.step < plan.steps) {
      const begin = performance.now();
      const result = await learnStep(learner, plan, state);
      ({ state } = result);
      lastReward = result.metrics.reward;
      const now = performance.now();
      appendMetrics(run, {
        step: state.step,
        ...result.metrics,
        seconds: (now - begin) / 1000,
        memoryMB: Math.round(process.memoryUsage.rss() / 2 ** 20),
      });
      const perStep = (now - started) / 1000 / (state.step - begun.step);
      await emit(stepEvent(plan, state.step, result.metrics, (now - started) / 1000, perStep));
      if (previews.isDue(state.step)) await previews.draw(state);
      if (state.step % plan.checkpoints.every === 0) save();
    }
    save();
    return { state, lastReward, stopped: false };
  } catch (error) {
    save();
    if (!signal.aborted) throw error;
    return { state, lastReward, stopped: true };
  }
}

function stepEvent(plan: Plan, step: number, metrics: StepMetrics, seconds: number, perStep: number): RunEvent {
  const { reward, heldOut, gradientNorm, learningRate } = metrics;
  return {
    type: "step",
    step,
    total: plan.steps,
    reward,
    heldOut,
    gradientNorm,
    learningRate,
    seconds,
    secondsLeft: perStep * (plan.steps - step),
  };
}
