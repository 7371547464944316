// Learns a negative embedding by a plan, and keeps a run folder in which nothing is lost: metrics, previews, checkpoints.

import { join } from "node:path";
import type { DeviceName } from "../common/device.ts";
import { Refusal } from "../common/diagnostic.ts";
import type { EvaluationReport } from "../common/evaluation-report.ts";
import type { RunEvent } from "../common/run-events.ts";
import type { MetricsPoint } from "../common/studio/run.ts";
import type { Provenance } from "../pictures/provenance.ts";
import { checkTexts } from "./check-texts.ts";
import { hasCheckpoint, readNewestCheckpoint, writeCheckpoint } from "./checkpoints.ts";
import { evaluateRun, imagesToEvaluate } from "./evaluate-run.ts";
import { encodeText } from "./generator.ts";
import { openGlimpse } from "./glimpse.ts";
import { learnStep } from "./learn-step.ts";
import { initialState, type LearningState } from "./learning-state.ts";
import { loadNegative } from "./load-negative.ts";
import { openLearner } from "./open-learner.ts";
import { personalizeRun } from "./personalize-run.ts";
import { type Plan, writePlan } from "./plan.ts";
import { openPreviews, type Previews } from "./previews.ts";
import type { Learner } from "./reneg-step.ts";
import { asOnlyWriter, refuseKeptRun } from "./run-lock.ts";
import { appendMetrics, keepMetrics, readMetrics, recentOf } from "./run-metrics.ts";
import { saveEmbedding } from "./save-embedding.ts";
import { unlessAborted } from "./unless-aborted.ts";

export interface TrainOptions {
  /** The run's folder. */
  readonly run: string;
  readonly resume: boolean;
  readonly device: DeviceName;
  readonly emit: (event: RunEvent) => Promise<void>;
  /** Aborted: the step in work is given up, what is learned so far is saved, and what should come after waits for `resume`. */
  readonly signal: AbortSignal;
  /** What was wished for since it was last asked; it is asked between two steps. */
  readonly takeWishes?: () => Wishes;
  readonly provenance?: Provenance | undefined;
}

export interface Wishes {
  /** Previews of this step, due or not. */
  readonly sample: boolean;
  /** A checkpoint, and the embedding as it is. */
  readonly save: boolean;
}

export interface TrainOutcome {
  readonly embedding: string;
  readonly state: LearningState;
  /** Of all steps, also those of earlier sittings. */
  readonly metrics: readonly MetricsPoint[];
  readonly reports: readonly EvaluationReport[];
  readonly stopped: boolean;
  readonly seconds: number;
}

/** @throws Refusal naming the stage that failed; the state before that step is saved first */
export async function train(given: Plan, options: TrainOptions): Promise<TrainOutcome> {
  const { plan, learner } = await openLearner(given, options);
  try {
    return await trainWith(learner, plan, options);
  } finally {
    await learner.generator.sessions.release();
  }
}

/** As `train`, with what is opened already and stays open. */
export function trainWith(learner: Learner, plan: Plan, options: TrainOptions): Promise<TrainOutcome> {
  return asOnlyWriter(options.run, () => trainAlone(learner, plan, options));
}

async function trainAlone(learner: Learner, plan: Plan, options: TrainOptions): Promise<TrainOutcome> {
  const { run, emit, signal, provenance } = options;
  const started = performance.now();
  for (const diagnostic of checkTexts(learner, plan)) await emit({ type: "warning", diagnostic });
  const begun = await begin(plan, learner, options);
  const nullText = await encodeText(learner.generator, "");
  const glimpse = openGlimpse(learner.generator, run, emit);
  const previews = await openPreviews(learner, plan, { run, emit, glimpse, provenance });
  const embedding = join(run, plan.saveAs);
  const saveLearned = (state: LearningState): void =>
    saveEmbedding(embedding, {
      embedding: learnedOf(state),
      steps: state.step,
      plan,
      learner,
      nullText,
      workflow: provenance?.workflow,
    });
  const { state, metrics, stopped } = await learn(plan, learner, begun, { ...options, previews, saveLearned });
  saveLearned(state);
  const reports: EvaluationReport[] = [];
  const isDone =
    !stopped &&
    (await unlessAborted(signal, async () => {
      const evaluated = await evaluateRun(plan, learner, learnedOf(state), { ...options, started, glimpse });
      reports.push(...evaluated);
      await personalizeRun(plan, learnedOf(state), { run, sessions: learner.generator.sessions, emit, provenance });
    }));
  return {
    embedding,
    state,
    metrics,
    reports,
    stopped: !isDone,
    seconds: (performance.now() - started) / 1000,
  };
}

function learnedOf({ average, negative }: LearningState): Float32Array {
  return average ?? negative;
}

async function begin(plan: Plan, learner: Learner, { run, resume, emit }: TrainOptions): Promise<LearningState> {
  if (resume) {
    const { state, skipped } = readNewestCheckpoint(run);
    for (const diagnostic of skipped) await emit({ type: "warning", diagnostic });
    keepMetrics(run, state.step);
    return state;
  }
  // Whoever asked for it may have looked before another program learned in this folder.
  if (hasCheckpoint(run)) refuseKeptRun(run);
  writePlan(run, plan);
  // Those of a run that was cut off before its first checkpoint.
  keepMetrics(run, 0);
  // What is learned has one chunk, as other programs expect of an embedding.
  const { embedding, warnings } = await loadNegative(learner.generator, plan.start, 1);
  for (const diagnostic of warnings) await emit({ type: "warning", diagnostic });
  return initialState(embedding, plan.emaDecay !== undefined);
}

interface LearnOptions extends TrainOptions {
  readonly previews: Previews;
  readonly saveLearned: (state: LearningState) => void;
}

async function learn(
  plan: Plan,
  learner: Learner,
  begun: LearningState,
  { run, emit, signal, takeWishes, previews, saveLearned }: LearnOptions,
) {
  const { tokens, width } = learner.generator.pipeline;
  const started = performance.now();
  let state = begun;
  let saved = -1;
  const metrics = readMetrics(run);
  const save = async (): Promise<void> => {
    if (saved === state.step) return;
    const warnings = writeCheckpoint(run, state, [tokens, width], plan.checkpoints.keep);
    saved = state.step;
    for (const diagnostic of warnings) await emit({ type: "warning", diagnostic });
  };
  try {
    // A run that was stopped while it drew has its previews still to draw.
    await previews.draw(state);
    while (state.step < plan.steps) {
      const begin = performance.now();
      const result = await learnStep(learner, plan, state);
      const now = performance.now();
      const line = {
        step: result.state.step,
        ...result.metrics,
        seconds: (now - begin) / 1000,
        memoryMB: Math.round(process.memoryUsage.rss() / 2 ** 20),
      };
      // A step whose line cannot be written is not done: what is saved then is the state before it.
      appendMetrics(run, line);
      ({ state } = result);
      metrics.push(line);
      const perStep = (now - started) / 1000 / (state.step - begun.step);
      const perImage = previews.secondsPerImage();
      const after = perImage === null ? 0 : perImage * imagesToEvaluate(plan, run);
      await emit({
        type: "step",
        total: plan.steps,
        ...metricsOf(line),
        recent: recentOf(metrics),
        seconds: (now - started) / 1000,
        secondsPerStep: perStep,
        secondsLeft: perStep * (plan.steps - line.step) + after,
      });
      const wishes = takeWishes?.();
      if (previews.isDue(state.step)) await previews.draw(state);
      else if (wishes?.sample === true) await previews.drawNow(state);
      if (state.step % plan.checkpoints.every === 0 || wishes?.save === true) await save();
      if (wishes?.save === true) saveLearned(state);
    }
    await save();
    return { state, metrics, stopped: false };
  } catch (error) {
    await saveAfter(error, save);
    if (!signal.aborted) throw error;
    return { state, metrics, stopped: true };
  }
}

/** What an event says otherwise than a line of the file. */
function metricsOf({ seconds: stepSeconds, ...metrics }: MetricsPoint) {
  return { ...metrics, stepSeconds };
}

/** What ended the run is told before what then kept its state from being saved. */
async function saveAfter(fault: unknown, save: () => Promise<void>): Promise<void> {
  try {
    await save();
  } catch (error) {
    if (!(fault instanceof Refusal && error instanceof Refusal)) throw error;
    throw new Refusal([...fault.diagnostics, ...error.diagnostics]);
  }
}
