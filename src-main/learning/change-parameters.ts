// The change that an optimizer makes of its parameters, once their gradients are known.

import type { Ref } from "../common/program/program.ts";
import type { UpdateSettings } from "../common/program/update.ts";
import { type FloatTensor, floatTensor } from "../common/tensor.ts";
import type { ParameterTensors } from "../parameters/parameter-kind.ts";
import { targetName } from "../program/lower-update.ts";
import { type OptimizerState, optimizerStep } from "../runtime/optimizer.ts";
import type { MeanGradient } from "./batch-outcome.ts";
import { learningRateAt } from "./learning-rate.ts";
import type { LearningState, ParameterState } from "./learning-state.ts";
import type { OpenedUpdate } from "./update-gradient.ts";

const OPTIMIZER = { name: "optimizer", of: { network: "optimizer", work: "optimizer" } } as const;

/** @param ascent d mean objective / d parameter @returns the parameters of this optimizer alone */
export async function changeParameters(
  { run, update }: Pick<OpenedUpdate, "run" | "update">,
  state: LearningState,
  ascent: MeanGradient,
): Promise<{
  readonly parameters: Readonly<Record<Ref, ParameterState>>;
  readonly gradientNorm: number;
  readonly learningRate: number;
}> {
  const { settings, parameters: refs, rates = [], weightDecays = [] } = update;
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
  for (const [place, ref] of refs.entries()) {
    const rate = learningRate * (rates[place] ?? 1);
    const weightDecay = weightDecays[place] ?? settings.weightDecay;
    const before = present(state.parameters[ref], ref);
    const value: Record<string, FloatTensor> = {};
    const optimizer: Record<string, OptimizerState> = {};
    for (const [tensor, { shape, data }] of Object.entries(before.value)) {
      const descent = present(descents.get(targetName(ref, tensor)), tensor);
      const clipped = clip < 1 ? descent.data.map((n) => n * clip) : descent.data;
      const flat = floatTensor([clipped.length], clipped);
      const step = await run.sessions.measure(OPTIMIZER, "pass", () =>
        optimizerStep(settings.optimizer, flat, before.optimizer?.[tensor] ?? null),
      );
      const next = data.map((n, i) => n - rate * weightDecay * n + rate * (step.direction[i] ?? 0));
      value[tensor] = floatTensor(shape, next);
      optimizer[tensor] = step.state;
    }
    const average = runningMean(before.average, value, state.step, settings.emaDecay);
    parameters[ref] = { ...before, value, average, optimizer };
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
