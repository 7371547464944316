// What a run leaves of its parameters, as a graph takes them.

import type { ParameterValues } from "../sampling/moment.ts";
import { learnedOf, type LearningState } from "./learning-state.ts";

/** By the parameter. */
export function learnedValues({ parameters }: Pick<LearningState, "parameters">): ParameterValues {
  return new Map(Object.entries(parameters).map(([ref, state]) => [ref, learnedOf(state)]));
}
