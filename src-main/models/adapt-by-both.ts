// Two changes of one network, one after the other.

import { refuse } from "../common/diagnostic.ts";
import type { Value } from "../compiler/graph.ts";
import type { Adapt } from "./scope.ts";

/** @throws Refusal for a weight that both replace: one of them would have no effect */
export function adaptByBoth(first: Adapt | undefined, second: Adapt): Adapt {
  if (first === undefined) return second;
  const layers = [first.layer, second.layer].filter((change) => change !== undefined);
  return {
    weights: joined(first.weights, second.weights),
    layer: (b, layer) => layers.reduce((changed, change) => change(b, changed), layer),
  };
}

function joined(
  first: ReadonlyMap<string, Value> = new Map(),
  second: ReadonlyMap<string, Value> = new Map(),
): ReadonlyMap<string, Value> {
  const both = [...second.keys()].find((name) => first.has(name));
  if (both !== undefined) {
    refuse({
      code: "weights-trained-twice",
      at: { part: both },
      message: "two parameters are to be this weight",
      help: "train each layer by one node",
    });
  }
  return new Map([...first, ...second]);
}
