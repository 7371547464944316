// All optimizers of a program, opened, each with its graph cut as the user or the machine wants it.

import type { CutChoice } from "../common/cut-choice.ts";
import type { Ref } from "../common/program/program.ts";
import type { Update } from "../common/program/update.ts";
import { countFlops } from "../compiler/cost.ts";
import type { Graph } from "../compiler/graph.ts";
import type { LoweredUpdate } from "../program/lower-update.ts";
import { chooseCuts, type CuttingMeans, type StageEstimate } from "../program/schedule/choose-cuts.ts";
import { cutGraph } from "../program/schedule/cut.ts";
import { steadyMemoryBudget } from "../runtime/memory-budget.ts";
import { followStages } from "../runtime/residency.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import type { SamplerRun } from "../sampling/roll-out.ts";
import { keptMemory, learnedMemory } from "./learning-memory.ts";
import { type OpenedUpdate, openUpdate, type OpenUpdateOptions } from "./update-gradient.ts";

export interface CutOptions {
  readonly cuts: CutChoice;
  /** Bytes that may be used; absent: half of what the machine has. */
  readonly budget?: number | undefined;
  /** Those of a run that goes on, in place of what `auto` would choose now. */
  readonly kept?: Readonly<Record<Ref, readonly string[]>> | undefined;
  /** Images and scores that are told besides; absent: the scores that are held out. */
  readonly tellOf?: (update: Update) => NonNullable<OpenUpdateOptions["tell"]>;
}

/** By the name of the optimizer. */
export type OpenedUpdates = ReadonlyMap<Ref, OpenedUpdate>;

export function openUpdates(run: ProgramRun, options: CutOptions): OpenedUpdates {
  const { budget: all = steadyMemoryBudget(run.sessions.device), cuts, kept = {}, tellOf } = options;
  const budget = all - learnedMemory(run.opened);
  const estimate = (graph: Graph): StageEstimate => {
    const prepared = run.sessions.prepare(graph);
    return { flops: countFlops(prepared.graph), memory: () => prepared.memory };
  };
  return new Map(
    Object.entries(run.opened.program.updates).map(([name, update]) => {
      const meansFor = (lowered: LoweredUpdate, samplers: readonly SamplerRun[]): CuttingMeans => ({
        budget: Math.max(0, budget - keptMemory({ run, lowered, update, samplers })),
        estimate,
        peakOf: (memories) => followStages(memories, Infinity, 2).peak,
        predictions: () =>
          samplers.map(({ stages, cachedStages }) => ({
            whole: stages.map((stage) => estimate(stage.build())),
            cached: cachedStages.map((stage) => estimate(stage.build())),
          })),
        contexts: () =>
          samplers.flatMap(({ contexts }) => (contexts === null ? [] : [estimate(contexts.stage.build())])),
      });
      const before = cuts === "auto" ? kept[name] : undefined;
      return [
        name,
        openUpdate(run, update, {
          ...(tellOf === undefined ? {} : { tell: tellOf(update) }),
          cut: (lowered, samplers) =>
            before === undefined
              ? chooseCuts(cuts, lowered, meansFor(lowered, samplers))
              : cutGraph(
                  lowered,
                  lowered.borders.filter((border) => before.includes(border.name)),
                ),
        }),
      ];
    }),
  );
}
