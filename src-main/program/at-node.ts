// What is wrong with a call is wrong at the node that asked for it.

import { type Place, Refusal } from "../common/diagnostic.ts";
import type { Call } from "../common/program/program.ts";

/** @param place of the node, where the fault says no other */
export function atNode<Result>({ nodes: [node] }: Call, work: () => Result, place: Pick<Place, "param"> = {}): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal) || node === undefined) throw error;
    throw new Refusal(error.diagnostics.map((fault) => ({ ...fault, at: { node, ...place, ...fault.at } })));
  }
}
