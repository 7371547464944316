// The memory of stages that run one after the other and stay loaded while there is room, foreseen before anything is loaded.

import type { Diagnostic } from "../common/diagnostic.ts";
import { printGigabytes } from "../common/print-gigabytes.ts";
import { leastMemory, type MemoryEstimate } from "../compiler/memory.ts";
import { Residency } from "../runtime/residency.ts";
import type { Stage, StageSessions } from "../runtime/stage-sessions.ts";

const known = new WeakMap<Stage, MemoryEstimate>();

/** @param budget bytes that may be used. @returns the most bytes that are needed at once */
export function foreseeStages(stages: readonly Stage[], sessions: StageSessions, budget: number): number {
  const residency = new Residency<Stage>(budget);
  for (const stage of stages) {
    const memory = known.get(stage) ?? sessions.prepare(stage.build()).memory;
    known.set(stage, memory);
    residency.admit(stage, memory);
  }
  return residency.peak;
}

export interface ForeseenDrawing {
  /** `this`, `16 frames` */
  readonly what: string;
  readonly help: string;
  readonly command: string;
}

/** Each stage alone must fit; what else is loaded goes when room is needed. @returns what does not */
export function checkStages(
  stages: readonly Stage[],
  sessions: StageSessions,
  budget: number,
  { what, help, command }: ForeseenDrawing,
): Diagnostic[] {
  return [...new Set(stages)].flatMap((stage): Diagnostic[] => {
    // What is far from fitting is not looked at closely, which would take long.
    const least = leastMemory(stage.build());
    const needed = least > budget ? least : foreseeStages([stage], sessions, Infinity);
    if (needed <= budget) return [];
    return [
      {
        severity: "error",
        code: "memory-short",
        at: { stage: stage.name },
        message: `${what} would need ${needed === least ? "more than " : ""}${printGigabytes(needed)} of memory, but ${printGigabytes(budget)} may be used`,
        help,
        command,
      },
    ];
  });
}
