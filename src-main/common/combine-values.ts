// The runs of a sweep: which parameter has which value in which.

import { refuse } from "./diagnostic.ts";
import { MOST_RUNS, type SweepInput, type SweepValue, type Variation } from "./sweep.ts";
import { setParam } from "./workflow-edits.ts";
import type { Workflow } from "./workflow.ts";

/**
 * In the order of the variations: the last changes first.
 * @param most how many runs are taken @throws Refusal for too many, or lists that do not fit together
 */
export function combineValues(
  { variations, combine }: Pick<SweepInput, "variations" | "combine">,
  most = MOST_RUNS,
): SweepValue[][] {
  const count =
    combine === "pairs" ? pairsOf(variations) : countCombinations(variations.map(({ values }) => values.length));
  if (count > most) {
    refuse({
      code: "sweep-large",
      at: { stage: "sweep" },
      message: `these are ${count} runs, more than ${most}`,
      help: "give fewer values, or several sweeps",
    });
  }
  if (combine === "pairs") return Array.from({ length: count }, (_, i) => variations.map((one) => valueOf(one, i)));
  return variations.reduce<SweepValue[][]>(
    (runs, one) => runs.flatMap((run) => one.values.map((_, i) => [...run, valueOf(one, i)])),
    [[]],
  );
}

/** Runs of a grid. @param sizes how many values each parameter takes */
export function countCombinations(sizes: readonly number[]): number {
  return sizes.reduce((count, size) => count * size, 1);
}

/** The workflow of one run. */
export function withValues(workflow: Workflow, values: readonly SweepValue[]): Workflow {
  return values.reduce((changed, { node, param, value }) => setParam(changed, node, param, value), workflow);
}

function valueOf({ node, param, values }: Variation, i: number): SweepValue {
  return { node, param, value: values[i] ?? null };
}

function pairsOf([first, ...others]: readonly Variation[]): number {
  const count = first?.values.length ?? 0;
  const odd = others.find(({ values }) => values.length !== count);
  if (first !== undefined && odd !== undefined) {
    refuse({
      code: "sweep-pairs",
      at: { stage: "sweep", node: odd.node, param: odd.param },
      message: `${first.node}.${first.param} has ${count} values, and ${odd.node}.${odd.param} has ${odd.values.length}`,
      help: "to go through them together, give as many of each",
    });
  }
  return count;
}
