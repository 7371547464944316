// One step of a run: each optimizer's gradient over all of its micro-batches, and then the change of its parameters. A pure function of
// the program and the state: all optimizers see the parameters as they were before the step.

import { deviation, mean } from "../common/means.ts";
import type { Ref } from "../common/program/program.ts";
import type { UpdateMetrics } from "../common/update-metrics.ts";
import { toldName } from "../program/lower-update.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import { scoreNames } from "../sampling/score-names.ts";
import { batchOutcome } from "./batch-outcome.ts";
import { changeParameters } from "./change-parameters.ts";
import type { LearningState, ParameterState } from "./learning-state.ts";
import type { OpenedUpdate } from "./update-gradient.ts";

export interface StepOutcome {
  readonly state: LearningState;
  /** By the optimizer. */
  readonly metrics: Readonly<Record<Ref, UpdateMetrics>>;
}

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
