// What is wrong with a call is wrong at the node that asked for it.

import { type Place, Refusal } from "../common/diagnostic.ts";
import type { Call } from "../common/program/program.ts";

/** @param place of the node, where the fault says no other */
export function atNode<Result>(
  { nodes: [node] }: Pick<Call, "nodes">,
  work: () => Result,
  place: Pick<Place, "param"> = {},
): Result {
  return node === undefined ? work() : atPlace({ node, ...place }, work);
}

/** @param place where the fault says no other */
export function atPlace<Result>(place: Place, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.diagnostics.map((fault) => ({ ...fault, at: { ...place, ...fault.at } })));
  }
}
