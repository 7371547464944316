// The runs of a sweep: which parameter has which value in which.

import { refuse } from "../../common/diagnostic.ts";
import { MOST_RUNS, type SweepInput, type SweepValue, type Variation } from "../../common/sweep.ts";

/** In the order of the variations: the last changes first. @throws Refusal for too many, or lists that do not fit together */
export function combineValues({ variations, combine }: Pick<SweepInput, "variations" | "combine">): SweepValue[][] {
  const count = combine === "pairs" ? pairsOf(variations) : variations.reduce((n, { values }) => n * values.length, 1);
  if (count > MOST_RUNS) {
    refuse({
      code: "sweep-large",
      at: { option: "--set" },
      message: `these are ${count} runs, more than ${MOST_RUNS}`,
      help: "give fewer values, or several sweeps",
    });
  }
  if (combine === "pairs") return Array.from({ length: count }, (_, i) => variations.map((one) => valueOf(one, i)));
  return variations.reduce<SweepValue[][]>(
    (runs, one) => runs.flatMap((run) => one.values.map((_, i) => [...run, valueOf(one, i)])),
    [[]],
  );
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
      at: { option: "--set" },
      message: `${first.node}.${first.param} has ${count} values, and ${odd.node}.${odd.param} has ${odd.values.length}`,
      help: "to go through them together, give as many of each",
    });
  }
  return count;
}
