// One step of a run: each optimizer's gradient over all of its micro-batches, and then the change of its parameters. A pure function of
// the program and the state: all optimizers see the parameters as they were before the step.

import { deviation, mean } from "../common/means.ts";
import type { Ref } from "../common/program/program.ts";
import type { UpdateSettings } from "../common/program/update.ts";
import { type FloatTensor, floatTensor } from "../common/tensor.ts";
import type { UpdateMetrics } from "../common/update-metrics.ts";
import { targetName } from "../program/lower-update.ts";
import { type OptimizerState, optimizerStep } from "../runtime/optimizer.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import { scoreNames } from "../sampling/score-names.ts";
import { batchOutcome, type MeanGradient } from "./batch-outcome.ts";
import { learningRateAt } from "./learning-rate.ts";
import type { LearningState, ParameterState, ParameterTensors } from "./learning-state.ts";
import { type OpenedUpdate, toldName } from "./update-gradient.ts";

export interface StepOutcome {
  readonly state: LearningState;
  /** By the optimizer. */
  readonly metrics: Readonly<Record<Ref, UpdateMetrics>>;
}

const OPTIMIZER = { name: "optimizer", of: { network: "optimizer", work: "optimizer" } } as const;

export async function learnStep(updates: ReadonlyMap<Ref, OpenedUpdate>, state: LearningState): Promise<StepOutcome> {
  const changed: Record<Ref, ParameterState> = { ...state.parameters };
  const metrics: Record<Ref, UpdateMetrics> = {};
  for (const [name, opened] of updates) {
    // One that has fewer steps than another rests.
    if (state.step >= opened.update.settings.steps) continue;
    const found = await batchGradient(opened, state);
    const { parameters, ...told } = await changeParameters(opened, state, found.gradient);
    Object.assign(changed, parameters);
    metrics[name] = { ...found.metrics, ...told };
  }
  return { state: { step: state.step + 1, parameters: changed }, metrics };
}

/** The parameters as a graph takes them. */
export function valuesOf({ parameters }: Pick<LearningState, "parameters">): ParameterValues {
  return new Map(Object.entries(parameters).map(([ref, { value }]) => [ref, value]));
}

async function batchGradient(opened: OpenedUpdate, state: LearningState) {
  const { objective, told, gradient } = await batchOutcome(opened, state.step, valuesOf(state));
  const names = scoreNames(opened.run.opened, opened.update.heldOut);
  const heldOut = opened.update.heldOut.map((ref) => {
    return [names.get(ref) ?? ref, mean([...(told.get(toldName("score", ref)) ?? [])])];
  });
  const rewards = [...objective];
  return {
    gradient,
    metrics: {
      reward: mean(rewards),
      rewardDeviation: deviation(rewards),
      heldOut: Object.fromEntries(heldOut) as Readonly<Record<string, number>>,
    },
  };
}

async function changeParameters(opened: OpenedUpdate, state: LearningState, ascent: MeanGradient) {
  const { settings, parameters: refs } = opened.update;
  const descents = new Map<string, FloatTensor>();
  for (const ref of refs) {
    const parameter = present(state.parameters[ref], ref);
    for (const [tensor, value] of Object.entries(parameter.value)) {
      const gradient = ascent.get(targetName(ref, tensor));
      descents.set(targetName(ref, tensor), pulled(value, parameter.start[tensor] ?? value, gradient, settings));
    }
  }
  const gradientNorm = normOf([...descents.values()]);
  const clip = Math.min(1, (settings.clipNorm ?? Infinity) / gradientNorm);
  const learningRate = learningRateAt(state.step, settings);
  const parameters: Record<Ref, ParameterState> = {};
  for (const ref of refs) {
    const before = present(state.parameters[ref], ref);
    const value: Record<string, FloatTensor> = {};
    const optimizer: Record<string, OptimizerState> = {};
    for (const [tensor, { shape, data }] of Object.entries(before.value)) {
      const descent = present(descents.get(targetName(ref, tensor)), tensor);
      const clipped = clip < 1 ? descent.data.map((n) => n * clip) : descent.data;
      const flat = floatTensor([clipped.length], clipped);
      const step = await opened.run.sessions.measure(OPTIMIZER, "pass", () =>
        optimizerStep(settings.optimizer, flat, before.optimizer?.[tensor] ?? null),
      );
      const { weightDecay } = settings;
      const next = data.map((n, i) => n - learningRate * weightDecay * n + learningRate * (step.direction[i] ?? 0));
      value[tensor] = floatTensor(shape, next);
      optimizer[tensor] = step.state;
    }
    const average = runningMean(before.average, value, state.step, settings.emaDecay);
    parameters[ref] = { value, start: before.start, average, optimizer };
  }
  return { parameters, gradientNorm, learningRate };
}

function normOf(tensors: readonly FloatTensor[]): number {
  let squares = 0;
  for (const { data } of tensors) for (const n of data) squares += n * n;
  return Math.sqrt(squares);
}

/** λ/2 · ‖p − p₀‖² has the gradient λ·(p − p₀). */
function pulled(
  { shape, data }: FloatTensor,
  start: FloatTensor,
  ascent: Float32Array | undefined,
  { proximalWeight }: UpdateSettings,
): FloatTensor {
  const descent = data.map((n, i) => -(ascent?.[i] ?? 0) + proximalWeight * (n - (start.data[i] ?? 0)));
  return floatTensor(shape, descent);
}

/** The decay grows from a short memory to the full one, so that a short run is not held back by its start. */
function runningMean(
  average: ParameterTensors | null,
  value: ParameterTensors,
  step: number,
  decay = 0,
): ParameterTensors | null {
  if (average === null) return null;
  const warm = Math.min(decay, (1 + step) / (10 + step));
  return Object.fromEntries(
    Object.entries(average).map(([tensor, { shape, data }]) => [
      tensor,
      floatTensor(
        shape,
        data.map((n, i) => warm * n + (1 - warm) * (value[tensor]?.data[i] ?? 0)),
      ),
    ]),
  );
}

function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the state has no ${name}`);
  return value;
}
