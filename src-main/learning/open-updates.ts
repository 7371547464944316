// All optimizers of a program, opened, each with its graph cut as the user or the machine wants it.

import type { CutChoice } from "../common/cut-choice.ts";
import type { Ref } from "../common/program/program.ts";
import type { Update } from "../common/program/update.ts";
import { countFlops } from "../compiler/cost.ts";
import type { Graph } from "../compiler/graph.ts";
import type { MemoryEstimate } from "../compiler/memory.ts";
import { chooseCuts, type CuttingMeans, type StageEstimate } from "../program/schedule/choose-cuts.ts";
import { graphKey } from "../runtime/graph-key.ts";
import { prepareGraph } from "../runtime/graph-session.ts";
import { steadyMemoryBudget } from "../runtime/memory-budget.ts";
import { Residency } from "../runtime/residency.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { openSampler } from "../sampling/roll-out.ts";
import { microBatchOf, type OpenedUpdate, openUpdate, type OpenUpdateOptions } from "./update-gradient.ts";

export interface CutOptions {
  readonly cuts: CutChoice;
  /** Bytes that may be used; absent: half of what the machine has. */
  readonly budget?: number;
  /** Those of a run that goes on, in place of what `auto` would choose now. */
  readonly kept?: Readonly<Record<Ref, readonly string[]>> | undefined;
  /** Images and scores that are told besides; absent: the scores that are held out. */
  readonly tellOf?: (update: Update) => NonNullable<OpenUpdateOptions["tell"]>;
}

/** By the name of the optimizer. */
export type OpenedUpdates = ReadonlyMap<Ref, OpenedUpdate>;

export function openUpdates(run: ProgramRun, options: CutOptions): OpenedUpdates {
  const { budget = steadyMemoryBudget(run.sessions.device), cuts, kept = {}, tellOf } = options;
  const estimate = estimator();
  return new Map(
    Object.entries(run.opened.program.updates).map(([name, update]) => {
      const means: CuttingMeans = {
        budget,
        estimate,
        peakOf,
        prediction: (sampler) => estimate(openSampler(run, sampler, microBatchOf(update)).stage.build()),
      };
      const before = cuts === "auto" ? kept[name] : undefined;
      return [
        name,
        openUpdate(run, update, {
          ...(tellOf === undefined ? {} : { tell: tellOf(update) }),
          chooseCuts: (lowered) =>
            before === undefined
              ? chooseCuts(cuts, lowered, means)
              : lowered.borders.filter((border) => before.includes(border.name)),
        }),
      ];
    }),
  );
}

/** What a graph computes and needs, as the runtime gets it; each is looked at once. */
function estimator(): (graph: Graph) => StageEstimate {
  const known = new Map<string, StageEstimate>();
  return (graph) => {
    const key = graphKey(graph);
    const found = known.get(key);
    if (found !== undefined) return found;
    const prepared = prepareGraph(graph);
    const estimate = { flops: countFlops(prepared.graph), memory: prepared.memory };
    known.set(key, estimate);
    return estimate;
  };
}

/** Bytes when all of these stay loaded. */
function peakOf(memories: readonly MemoryEstimate[]): number {
  const residency = new Residency<number>(Infinity);
  // Twice: in the second step early stages run beside late ones.
  for (const round of [memories, memories]) for (const [i, memory] of round.entries()) residency.admit(i, memory);
  return residency.peak;
}
