// One step of a run: each optimizer's gradient over all of its micro-batches, and then the change of its parameters. A pure function of
// the program and the state: all optimizers see the parameters as they were before the step.

import { deviation, mean } from "../common/means.ts";
import type { Ref } from "../common/program/program.ts";
import type { Update } from "../common/program/update.ts";
import type { UpdateMetrics } from "../common/update-metrics.ts";
import { toldName } from "../program/lower-update.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import { scoreNames } from "../sampling/score-names.ts";
import { type BatchOutcome, computeHere, sumBatch } from "./batch-outcome.ts";
import { changeParameters } from "./change-parameters.ts";
import type { LearningState, ParameterState } from "./learning-state.ts";
import type { OpenedUpdates } from "./open-updates.ts";
import type { GradientOutcome, OpenedUpdate } from "./update-gradient.ts";

export interface StepOutcome {
  readonly state: LearningState;
  /** By the optimizer. */
  readonly metrics: Readonly<Record<Ref, UpdateMetrics>>;
}

/**
 * Computes the micro-batches of a step, wherever it likes.
 * @param updates those that have such a step
 * @param add takes those of one optimizer in their order
 */
export type ComputeStep = (
  updates: OpenedUpdates,
  step: number,
  parameters: ParameterValues,
  add: (name: Ref, outcome: GradientOutcome) => void,
) => Promise<void>;

/** @param compute absent: in this process */
export async function learnStep(
  updates: OpenedUpdates,
  state: LearningState,
  compute: ComputeStep = computeAllHere,
): Promise<StepOutcome> {
  const active = new Map([...updates].filter(([name, { update }]) => !isAtRest(state, name, update)));
  const sums = new Map([...active].map(([name, opened]) => [name, sumBatch(opened)]));
  await compute(active, state.step, valuesOf(state), (name, outcome) => sums.get(name)?.add(outcome));
  const changed: Record<Ref, ParameterState> = { ...state.parameters };
  const metrics: Record<Ref, UpdateMetrics> = {};
  for (const [name, opened] of active) {
    const outcome = sums.get(name)?.outcome();
    if (outcome === undefined) throw new Error(`nothing was summed for ${name}`);
    const { parameters, ...told } = await changeParameters(opened, state, outcome.gradient);
    Object.assign(changed, parameters);
    metrics[name] = { ...metricsOf(opened, outcome), ...told };
  }
  return { state: { ...state, step: state.step + 1, parameters: changed }, metrics };
}

/** One that has fewer steps than another rests, and one that has stopped early. */
export function isAtRest(
  { step, stopping }: LearningState,
  name: Ref,
  { settings }: Pick<Update, "settings">,
): boolean {
  return step >= settings.steps || stopping[name]?.isStopped === true;
}

async function computeAllHere(...[updates, step, parameters, add]: Parameters<ComputeStep>): Promise<void> {
  for (const [name, opened] of updates) await computeHere(opened, step, parameters, (outcome) => add(name, outcome));
}

/** The parameters as a graph takes them. */
export function valuesOf({ parameters }: Pick<LearningState, "parameters">): ParameterValues {
  return new Map(Object.entries(parameters).map(([ref, { value }]) => [ref, value]));
}

function metricsOf({ run, update }: OpenedUpdate, { objective, told }: BatchOutcome) {
  const names = scoreNames(run.opened, update.heldOut);
  const heldOut = update.heldOut.map((ref) => {
    return [names.get(ref) ?? ref, mean([...(told.get(toldName("score", ref)) ?? [])])];
  });
  const rewards = [...objective];
  return {
    reward: mean(rewards),
    rewardDeviation: deviation(rewards),
    heldOut: Object.fromEntries(heldOut) as Readonly<Record<string, number>>,
  };
}
