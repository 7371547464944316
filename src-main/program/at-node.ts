// What is wrong with a call is wrong at the node that asked for it.

import { type Place, Refusal } from "../common/diagnostic.ts";
import type { Call } from "../common/program/program.ts";

/** @param place of the node, where the fault says no other */
export function atNode<Result>(
  call: Pick<Call, "nodes">,
  work: () => Result,
  place: Pick<Place, "param"> = {},
): Result {
  try {
    return work();
  } catch (error) {
    throw placed(error, call, place);
  }
}

/** The same of work that takes its time. */
export async function atNodeLater<Result>(
  call: Call,
  work: () => Promise<Result>,
  place: Pick<Place, "param"> = {},
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw placed(error, call, place);
  }
}

function placed(error: unknown, { nodes: [node] }: Pick<Call, "nodes">, place: Pick<Place, "param">): unknown {
  if (!(error instanceof Refusal) || node === undefined) return error;
  return new Refusal(error.diagnostics.map((fault) => ({ ...fault, at: { node, ...place, ...fault.at } })));
}
