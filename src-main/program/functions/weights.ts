// Weights beside values: one for each.

import type { CallFault } from "../function.ts";

export function checkWeightCount(values: number, weights: readonly number[], fault: (fault: CallFault) => void): void {
  if (values === weights.length) return;
  fault({
    code: "weight-count",
    setting: "weights",
    message: `there are ${weights.length} weights for ${values} values`,
    help: "give one weight for each",
  });
}
