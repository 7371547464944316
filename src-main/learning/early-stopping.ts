// Ends an optimizer where the held-out reward of images of fixed prompts and seeds no longer rises, and keeps what was best: maximizing
// one reward long enough pleases that reward and nobody else.

import { join } from "node:path";
import {
  bestOf,
  canLosePatience,
  describeStopping,
  EARLY_STOPPING_FILE,
  type EarlyStopping,
  hasLostPatience,
  type StoppingState,
} from "../common/early-stopping.ts";
import { mean } from "../common/means.ts";
import { type Program, type Ref, stepsOf } from "../common/program/program.ts";
import { sinksOfKind } from "../common/program/sink-names.ts";
import type { SinkOf } from "../common/program/sink.ts";
import type { RunEvent } from "../common/run-events.ts";
import { drawImages } from "../sampling/draw-images.ts";
import type { ImageRequest } from "../sampling/draw-latents.ts";
import { imageBatch } from "../sampling/image-batch.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { progressReporter } from "../sampling/progress-reporter.ts";
import { type OpenedScoredImage, openScoredImage, scoreDrawn } from "../sampling/scored-image.ts";
import { writeFileAtomically } from "../weights/atomic-write.ts";
import { isAtRest } from "./learn-step.ts";
import { learnedValues } from "./learned-values.ts";
import { currentOf, type LearningState, type ParameterState } from "./learning-state.ts";

export interface EarlyStoppingOptions {
  /** The run's folder. */
  readonly folder: string;
  readonly emit: (event: RunEvent) => Promise<void>;
}

export interface OpenedStopping {
  readonly sink: SinkOf<"early-stopping">;
  readonly opened: OpenedScoredImage;
  /** The name of the reward. */
  readonly reward: string;
  readonly requests: readonly ImageRequest[];
}

interface OpenedEarlyStopping {
  /** Evaluates each optimizer that is due at a step, and ends those whose patience is over. */
  readonly evaluate: (state: LearningState) => Promise<LearningState>;
  readonly record: (state: LearningState) => EarlyStopping[];
}

export function openEarlyStopping(run: ProgramRun, options: EarlyStoppingOptions): OpenedEarlyStopping {
  const { program } = run.opened;
  const all = openStoppings(run);
  const record = (state: LearningState): EarlyStopping[] => recordOf(all, state);
  return {
    record,
    async evaluate(begun) {
      let state = begun;
      for (const stopping of all) {
        if (!isDue(program, stopping.sink, state)) continue;
        const scores = await evaluate(stopping, learnedNow(state, stopping.sink, program), options);
        state = withEvaluation(program, state, stopping.sink, scores);
        writeFileAtomically(join(options.folder, EARLY_STOPPING_FILE), JSON.stringify(record(state)));
        await tell(stopping, state, options);
      }
      return state;
    },
  };
}

/** Whether less than all of the steps that are left may be done: an optimizer that goes on to its last keeps the run going. */
export function mayEndEarly(program: Program, state: LearningState): boolean {
  const total = stepsOf(program);
  const sinks = sinksOfKind(program, "early-stopping").map(({ sink }) => sink);
  return Object.entries(program.updates).every(([name, update]) => {
    const { steps } = update.settings;
    if (steps < total || isAtRest(state, name, update)) return true;
    const sink = sinks.find((one) => one.update === name);
    const { evaluations = [] } = state.stopping[name] ?? {};
    return sink !== undefined && canLosePatience(evaluations, { step: state.step, steps, ...sink });
  });
}

/** Nothing is loaded before the first evaluation. */
export function openStoppings(run: ProgramRun): OpenedStopping[] {
  return sinksOfKind(run.opened.program, "early-stopping").map(({ sink }) => openStopping(run, sink));
}

function openStopping(run: ProgramRun, sink: SinkOf<"early-stopping">): OpenedStopping {
  const { image, score, prompts, count, seed } = sink;
  const opened = openScoredImage(run, { image, objective: null, heldOut: [score] }, imageBatch(run.opened, image));
  const [reward = score] = opened.heldOut.keys();
  const { texts } = run.opened.open(prompts, "prompts");
  const requests = Array.from({ length: count }, (_, i) => {
    const place = i % texts.length;
    return { prompt: texts[place] ?? "", seed: seed + i, place };
  });
  return { sink, opened, reward, requests };
}

function isDue({ updates }: Program, { update: name, every }: SinkOf<"early-stopping">, state: LearningState): boolean {
  const update = updates[name];
  const known = state.stopping[name];
  if (update === undefined || known?.isStopped === true || state.step > update.settings.steps) return false;
  if (known?.evaluations.some(({ step }) => step === state.step) === true) return false;
  return state.step % every === 0 || state.step === update.settings.steps;
}

/** What the run would leave if this optimizer ended now: what others have kept stays kept. */
function learnedNow(state: LearningState, { update }: SinkOf<"early-stopping">, { updates }: Program): ParameterValues {
  const values = new Map(learnedValues(state));
  for (const ref of updates[update]?.parameters ?? []) {
    const parameter = state.parameters[ref];
    if (parameter !== undefined) values.set(ref, currentOf(parameter));
  }
  return values;
}

async function evaluate(
  { opened, requests }: OpenedStopping,
  parameters: ParameterValues,
  { emit }: EarlyStoppingOptions,
): Promise<readonly number[]> {
  const pictures = await drawImages(opened.drawer, requests, {
    parameters,
    onProgress: progressReporter("evaluating", emit, { unit: "held-out images" }),
  });
  const { heldOut } = await scoreDrawn(opened, pictures, requests, {
    parameters,
    withHeldOut: true,
    onScored: progressReporter("scoring", emit, { unit: "held-out images" }),
  });
  return [...heldOut.values()].flat();
}

/** A pure function: the same state and scores give the same bits. */
export function withEvaluation(
  { updates }: Pick<Program, "updates">,
  state: LearningState,
  { update: name, patience }: Pick<SinkOf<"early-stopping">, "update" | "patience">,
  scores: readonly number[],
): LearningState {
  const update = updates[name];
  if (update === undefined) throw new Error(`there is no optimizer ${name} that could stop early`);
  const evaluation = { step: state.step, scores: [...scores] };
  const evaluations = [...(state.stopping[name]?.evaluations ?? []), evaluation];
  const known: StoppingState = { evaluations, isStopped: hasLostPatience(evaluations, patience) };
  const evaluated = { ...state, stopping: { ...state.stopping, [name]: known } };
  const isBest = bestOf(evaluations) === evaluation;
  const parameters: Record<Ref, ParameterState> = { ...state.parameters };
  for (const ref of update.parameters) {
    const before = state.parameters[ref];
    if (before === undefined) throw new Error(`the state has no ${ref}`);
    const best = isBest ? currentOf(before) : before.best;
    // Whoever goes on beside an optimizer that has ended goes on with what is kept of it.
    parameters[ref] = {
      ...before,
      best,
      value: isAtRest(evaluated, name, update) ? (best ?? before.value) : before.value,
    };
  }
  return { ...evaluated, parameters };
}

async function tell(
  { sink: { update }, reward }: OpenedStopping,
  { step, stopping }: LearningState,
  { emit }: EarlyStoppingOptions,
): Promise<void> {
  const { evaluations = [], isStopped = false } = stopping[update] ?? {};
  const best = bestOf(evaluations);
  const last = evaluations.at(-1);
  if (best === null || last === undefined) return;
  await emit({ type: "held-out", optimizer: update, reward, step, mean: mean(last.scores), best: best.step });
  const message = describeStopping({ evaluations, isStopped });
  if (isStopped && message !== null) await emit({ type: "note", message });
}

function recordOf(all: readonly OpenedStopping[], { stopping }: LearningState): EarlyStopping[] {
  return all.flatMap(({ sink: { update, patience }, reward }) => {
    const known = stopping[update];
    return known === undefined ? [] : [{ optimizer: update, reward, patience, ...known }];
  });
}
