// Where what a run has learned comes from, as its files tell it. Paths of this machine stay out of them.

import { basename } from "node:path";
import { isEmbeddedName } from "../common/embedded-name.ts";
import { callOf, callsBelow, type Ref } from "../common/program/program.ts";
import type { Update } from "../common/program/update.ts";
import { programVersion } from "../embeddings/program-version.ts";
import type { Origin } from "../parameters/parameter-kind.ts";
import type { ProgramFunctions } from "../program/function.ts";
import type { OpenedProgram } from "../program/open-program.ts";
import { mapPaths } from "../program/program-paths.ts";

export interface LearnedBy {
  readonly opened: OpenedProgram;
  readonly functions: ProgramFunctions;
  readonly update: Update;
  readonly parameter: Ref;
  /** Done until then. */
  readonly steps: number;
  readonly workflow?: Readonly<Record<string, unknown>> | undefined;
}

export function originOf({ opened, functions, update, parameter, steps, workflow }: LearnedBy): Origin {
  const { program } = opened;
  const named = (path: string): string => (isEmbeddedName(path) ? path : basename(path));
  return {
    createdWith: `reneg-studio ${programVersion}`,
    parameter,
    program: mapPaths(program, functions, named),
    workflow,
    rewards: [
      ...rewardNames(opened, functions, [update.objective]).map((name) => ({ name, role: "train" as const })),
      ...rewardNames(opened, functions, update.heldOut).map((name) => ({ name, role: "held-out" as const })),
    ],
    seed: update.settings.seed,
    steps: Math.min(steps, update.settings.steps),
    guidance: guidanceOf(opened, functions, update.objective, parameter),
  };
}

function rewardNames(opened: OpenedProgram, functions: ProgramFunctions, roots: readonly Ref[]): string[] {
  return callsBelow(opened.program, roots).flatMap((ref) => {
    if (outputOf(opened, functions, ref) !== "score") return [];
    const { reward } = opened.open(ref, "score");
    return reward === undefined ? [] : [reward.name];
  });
}

/** That images are guided at which show the parameter; the first, if there are several. */
function guidanceOf(opened: OpenedProgram, functions: ProgramFunctions, objective: Ref, parameter: Ref): number | null {
  for (const ref of callsBelow(opened.program, [objective])) {
    if (outputOf(opened, functions, ref) !== "prediction") continue;
    const { guidance } = opened.open(ref, "prediction");
    if (guidance !== undefined && callsBelow(opened.program, [ref]).includes(parameter)) return guidance;
  }
  return null;
}

function outputOf({ program }: OpenedProgram, functions: ProgramFunctions, ref: Ref) {
  return functions.get(callOf(program, ref).fn)?.output;
}
