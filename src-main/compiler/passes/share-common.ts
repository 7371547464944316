// Common-subexpression elimination: the same operator on the same inputs is computed once, and equal constants are kept once.

import { constantKey } from "../constant-key.ts";
import type { Constant, Graph, Value } from "../graph.ts";
import { rewrite } from "./rewrite.ts";

export function shareCommon(graph: Graph): Graph {
  const seen = new Map<string, Value>();
  const constants = new Map<string, Value>();
  return rewrite(graph, (b, node, inputs) => {
    const shared = inputs.map((input) => {
      const constant = input === null ? undefined : b.constantOf(input);
      return input === null || constant === undefined ? input : firstEqual(constants, constant, input);
    });
    const names = shared.map((input) => input?.name ?? "");
    const key = JSON.stringify([node.op, node.attributes, ...names], keepNumber);
    const known = seen.get(key) ?? b.append(node.op, shared, node.attributes);
    seen.set(key, known);
    return known;
  });
}

/** Equal small constants are one: onnxruntime looks at each of them again in every pass of its own. */
function firstEqual(known: Map<string, Value>, constant: Constant, value: Value): Value {
  if (constant.data.length > 64) return value;
  const key = constantKey(constant);
  const first = known.get(key) ?? value;
  known.set(key, first);
  return first;
}

/** JSON writes every number that it does not know as null, and −0 as 0. */
function keepNumber(_: string, value: unknown): unknown {
  const unknown = typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0));
  return unknown ? { number: Object.is(value, -0) ? "-0" : String(value) } : value;
}
