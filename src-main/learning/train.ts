// Learns the parameters of a program, and keeps a run folder in which nothing is lost: metrics, previews, checkpoints.

import { join } from "node:path";
import type { CutChoice } from "../common/cut-choice.ts";
import type { DeviceName } from "../common/device.ts";
import { Refusal } from "../common/diagnostic.ts";
import { bestOf, type EarlyStopping } from "../common/early-stopping.ts";
import type { EvaluationReport } from "../common/evaluation-report.ts";
import type { HeldBackResult } from "../common/held-back.ts";
import { leadOf, type Program, stepsOf } from "../common/program/program.ts";
import { sinksOfKind } from "../common/program/sink-names.ts";
import type { RunEvent } from "../common/run-events.ts";
import type { MetricsPoint } from "../common/studio/run.ts";
import type { Provenance } from "../pictures/provenance.ts";
import type { ProgramFunctions } from "../program/function.ts";
import { programFunctions } from "../program/functions/index.ts";
import { checkTexts } from "../sampling/check-texts.ts";
import { openRun } from "../sampling/open-run.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { hasCheckpoint, readNewestCheckpoint, writeCheckpoint } from "./checkpoints.ts";
import { mayEndEarly, openEarlyStopping } from "./early-stopping.ts";
import { initialState } from "./initial-state.ts";
import { readCuts, writeCuts } from "./kept-cuts.ts";
import { type ComputeStep, isAtRest, learnStep, type StepOutcome, valuesOf } from "./learn-step.ts";
import { learnedValues } from "./learned-values.ts";
import { learnedOf, type LearningState } from "./learning-state.ts";
import { type OpenedUpdates, openUpdates } from "./open-updates.ts";
import { originOf } from "./origin.ts";
import { hasProgram, writeProgram } from "./program-file.ts";
import { asOnlyWriter, refuseKeptRun } from "./run-lock.ts";
import { appendMetrics, keepMetrics, readMetrics, recentOf } from "./run-metrics.ts";
import { NO_VIEWS, type OpenViews, type RunViews } from "./run-views.ts";
import { scoreHeldBack } from "./score-held-back.ts";
import { unlessAborted } from "./unless-aborted.ts";

export interface TrainOptions {
  /** The run's folder. */
  readonly folder: string;
  readonly resume: boolean;
  readonly device: DeviceName;
  readonly cuts?: CutChoice;
  /** Bytes that may be used; absent: what the machine has. */
  readonly budget?: number | undefined;
  readonly emit: (event: RunEvent) => Promise<void>;
  /** Aborted: the step in work is given up, what is learned so far is saved, and what should come after waits for `resume`. */
  readonly signal: AbortSignal;
  /** What was asked for since it was last called; it is called between two steps. */
  readonly takeRequests?: () => RunRequests;
  /** Who keeps checkpoints at another place, too. */
  readonly keeper?: CheckpointKeeper | undefined;
  readonly openViews?: OpenViews;
  /** What computes micro-batches; absent: this process. */
  readonly openCompute?: OpenCompute | undefined;
  readonly provenance?: Provenance | undefined;
  readonly functions?: ProgramFunctions;
}

export interface CheckpointKeeper {
  /** Whether one is wanted now, between two steps, besides those that the program asks for. */
  readonly isDue: () => boolean;
  /** Hears of each that is whole on disk, with the run's folder as it was then. @param isLast no step comes after it */
  readonly hear: (step: number, isLast: boolean) => Promise<void>;
}

/** @param program as it was opened, with nothing left open */
export type OpenCompute = (run: ProgramRun, updates: OpenedUpdates) => Promise<OpenedCompute>;

export interface OpenedCompute {
  readonly compute: ComputeStep;
  readonly close: () => Promise<void>;
}

export interface RunRequests {
  /** Previews of this step, due or not. */
  readonly sample: boolean;
  /** A checkpoint, and what is learned as it is. */
  readonly save: boolean;
}

export interface TrainOutcome {
  /** The file of what the leading optimizer has learned. */
  readonly embedding: string;
  readonly state: LearningState;
  /** Of all steps, also those of earlier sittings. */
  readonly metrics: readonly MetricsPoint[];
  /** Of the optimizers that may end before their last step. */
  readonly earlyStopping: readonly EarlyStopping[];
  /** What held-back examples say of what was learned; none where it ended before. */
  readonly heldBack: readonly HeldBackResult[];
  readonly reports: readonly EvaluationReport[];
  readonly stopped: boolean;
  readonly seconds: number;
}

/** @throws Refusal naming the stage that failed; the state before that step is saved first */
export async function train(program: Program, options: TrainOptions): Promise<TrainOutcome> {
  const run = await openRun(program, options);
  try {
    return await trainWith(run, options);
  } finally {
    await run.sessions.release();
  }
}

/** As `train`, with what is opened already and stays open. */
export function trainWith(run: ProgramRun, options: TrainOptions): Promise<TrainOutcome> {
  return asOnlyWriter(options.folder, () => trainAlone(run, options));
}

async function trainAlone(run: ProgramRun, options: TrainOptions): Promise<TrainOutcome> {
  const { folder, emit, signal, provenance, openViews, cuts = "auto", budget, functions = programFunctions } = options;
  const { program } = run.opened;
  const started = performance.now();
  for (const diagnostic of checkTexts(run, functions)) await emit({ type: "warning", diagnostic });
  const kept = options.resume && budget === undefined ? readCuts(folder) : undefined;
  const updates = openUpdates(run, { cuts, budget, kept });
  const begun = await begin(run, updates, options);
  const views = (await openViews?.(run, { folder, emit, provenance })) ?? NO_VIEWS;
  const saveLearned = await openSavers(run, { folder, provenance, functions });
  const computing = await options.openCompute?.(run, updates);
  let learned: Awaited<ReturnType<typeof learn>>;
  try {
    learned = await learn(run, updates, begun, { ...options, views, saveLearned, compute: computing?.compute });
  } finally {
    await computing?.close();
  }
  const { stopped, ...told } = learned;
  const { state } = told;
  saveLearned(state);
  const heldBack: HeldBackResult[] = [];
  const reports: EvaluationReport[] = [];
  const isDone =
    !stopped &&
    (await unlessAborted(signal, async () => {
      heldBack.push(...(await scoreHeldBack(run, state, { folder, emit })));
      reports.push(...(await views.finish(learnedValues(state))));
    }));
  return {
    embedding: leadingFile(program, folder),
    ...told,
    heldBack,
    reports,
    stopped: !isDone,
    seconds: (performance.now() - started) / 1000,
  };
}

/** @throws Error for a program that was not frozen: a run saves what it learns */
function leadingFile(program: Program, folder: string): string {
  const [parameter] = leadOf(program).update.parameters;
  const found = sinksOfKind(program, "save").find(({ sink }) => sink.parameter === parameter);
  if (found === undefined) throw new Error(`nothing saves ${parameter ?? "what is learned"}`);
  return join(folder, found.sink.file);
}

interface SaveOptions extends Pick<TrainOptions, "folder" | "provenance"> {
  readonly functions: ProgramFunctions;
}

/** @returns what writes every file of what is learned, without running anything */
async function openSavers({ opened }: ProgramRun, { folder, provenance, functions }: SaveOptions) {
  const { program } = opened;
  const workflow = provenance?.workflow;
  const savers: ((state: LearningState) => void)[] = [];
  for (const {
    sink: { parameter, file },
  } of sinksOfKind(program, "save")) {
    const found = Object.entries(program.updates).find(([, { parameters }]) => parameters.includes(parameter));
    if (found === undefined) throw new Error(`${parameter} is saved, but is not learned`);
    const [name, update] = found;
    const save = await opened.parameter(parameter).saver();
    savers.push(({ step, stopping, parameters: { [parameter]: learned } }) => {
      if (learned === undefined) throw new Error(`nothing is known of ${parameter}`);
      const steps = bestOf(stopping[name]?.evaluations ?? [])?.step ?? step;
      const origin = originOf({ opened, functions, update, parameter, steps, workflow });
      save(join(folder, file), learnedOf(learned), origin);
    });
  }
  return (state: LearningState): void => savers.forEach((save) => save(state));
}

async function begin(
  { opened }: ProgramRun,
  updates: OpenedUpdates,
  { folder, resume, emit }: TrainOptions,
): Promise<LearningState> {
  const { program } = opened;
  if (resume) {
    const [only] = leadOf(program).update.parameters;
    const { state, skipped } = readNewestCheckpoint(folder, only);
    for (const diagnostic of skipped) await emit({ type: "warning", diagnostic });
    // A run of an earlier version kept something else.
    if (!hasProgram(folder)) writeProgram(folder, program);
    writeCuts(folder, updates);
    keepMetrics(folder, state.step);
    return state;
  }
  // Whoever asked for it may have looked before another program learned in this folder.
  if (hasCheckpoint(folder)) refuseKeptRun(folder);
  writeCuts(folder, updates);
  writeProgram(folder, program);
  // Those of a run that was cut off before its first checkpoint.
  keepMetrics(folder, 0);
  return initialState(updates);
}

interface LearnOptions extends TrainOptions {
  readonly compute: ComputeStep | undefined;
  readonly views: RunViews;
  readonly saveLearned: (state: LearningState) => void;
}

async function learn(run: ProgramRun, updates: OpenedUpdates, begun: LearningState, options: LearnOptions) {
  const { folder, emit, signal, takeRequests, keeper, views, saveLearned, compute } = options;
  const { program } = run.opened;
  const total = stepsOf(program);
  const early = openEarlyStopping(run, { folder, emit });
  const checkpoints = checkpointsOf(program);
  const started = performance.now();
  let state = begun;
  let saved = -1;
  const metrics = readMetrics(folder);
  const save = async (isLast = false): Promise<void> => {
    if (saved !== state.step) {
      const warnings = writeCheckpoint(folder, state, checkpoints.keep);
      saved = state.step;
      for (const diagnostic of warnings) await emit({ type: "warning", diagnostic });
    }
    // Also of one that it did not want before: the run may be given up just now.
    await keeper?.hear(state.step, isLast);
  };
  const shown = () => [state.step, valuesOf(state)] as const;
  try {
    // A run that was stopped while it drew has its previews still to draw.
    await views.draw(...shown());
    state = await early.evaluate(state);
    while (!isOver(program, state)) {
      const begin = performance.now();
      const result = await learnStep(updates, state, compute);
      const now = performance.now();
      const line = lineOf(program, result, (now - begin) / 1000, metrics.at(-1));
      // A step whose line cannot be written is not done: what is saved then is the state before it.
      appendMetrics(folder, line);
      ({ state } = result);
      metrics.push(line);
      const perStep = (now - started) / 1000 / (state.step - begun.step);
      const perImage = views.secondsPerImage();
      const after = perImage === null ? 0 : perImage * views.imagesAfter();
      await emit({
        type: "step",
        total,
        ...metricsOf(line),
        recent: recentOf(metrics),
        seconds: (now - started) / 1000,
        secondsPerStep: perStep,
        secondsLeft: perStep * (total - line.step) + after,
        ...(mayEndEarly(program, state) ? { mayEndEarly: true } : {}),
      });
      const requests = takeRequests?.();
      if (views.isDue(state.step)) await views.draw(...shown());
      else if (requests?.sample === true) await views.drawNow(...shown());
      state = await early.evaluate(state);
      const isAsked = requests?.save === true || keeper?.isDue() === true;
      if (state.step % checkpoints.every === 0 || isAsked) await save();
      if (requests?.save === true) saveLearned(state);
    }
    await save(true);
    return { state, metrics, stopped: false, earlyStopping: early.record(state) };
  } catch (error) {
    await saveAfter(error, save);
    if (!signal.aborted) throw error;
    return { state, metrics, stopped: true, earlyStopping: early.record(state) };
  }
}

/** When every optimizer has done its steps, or has stopped before. */
function isOver({ updates }: Program, state: LearningState): boolean {
  return Object.entries(updates).every(([name, update]) => isAtRest(state, name, update));
}

/** As often as the most frequent wants them, and as many as the most careful keeps. */
function checkpointsOf(program: Program): { readonly every: number; readonly keep: number } {
  const wanted = sinksOfKind(program, "checkpoints").map(({ sink }) => sink);
  if (wanted.length === 0) throw new Error("the program was not frozen: it keeps no checkpoints");
  return { every: Math.min(...wanted.map(({ every }) => every)), keep: Math.max(...wanted.map(({ keep }) => keep)) };
}

/** @param before the line of the step before, if there is one */
function lineOf(
  program: Program,
  { state, metrics }: StepOutcome,
  seconds: number,
  before: MetricsPoint | undefined,
): MetricsPoint {
  const { name } = leadOf(program);
  const { [name]: lead, ...others } = metrics;
  const told = lead ?? (before === undefined ? undefined : restingOf(before));
  if (told === undefined) throw new Error(`${name} has told nothing of a step`);
  return {
    step: state.step,
    ...told,
    ...(Object.keys(others).length === 0 ? {} : { updates: others }),
    seconds,
    memoryMB: Math.round(process.memoryUsage.rss() / 2 ** 20),
  };
}

/** Of the leading optimizer, when it has stopped and others go on. */
function restingOf({ reward, rewardDeviation, heldOut, gradientNorm, learningRate }: MetricsPoint) {
  return { reward, rewardDeviation, heldOut, gradientNorm, learningRate, leadRests: true as const };
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
