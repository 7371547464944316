// What a run begins with: every parameter at its start.

import type { Ref } from "../common/program/program.ts";
import { initialParameter, type LearningState, type ParameterState } from "./learning-state.ts";
import type { OpenedUpdates } from "./open-updates.ts";

/** @throws Refusal for a file to start from that does not fit */
export async function initialState(updates: OpenedUpdates): Promise<LearningState> {
  const parameters: Record<Ref, ParameterState> = {};
  for (const { parameters: own, update } of updates.values())
    for (const { ref, initial } of own)
      parameters[ref] = initialParameter(await initial(), update.settings.emaDecay !== undefined);
  return { step: 0, parameters, stopping: {} };
}
