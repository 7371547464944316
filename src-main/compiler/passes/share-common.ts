// Common-subexpression elimination: the same operator on the same inputs is computed once.

import type { Constant, Graph, Value } from "../graph.ts";
import { rewrite } from "./rewrite.ts";

export function shareCommon(graph: Graph): Graph {
  const seen = new Map<string, Value>();
  const constants = new Map<string, string>();
  return rewrite(graph, (b, node, inputs) => {
    const nameOf = (input: Value | null): string => {
      if (input === null) return "";
      const constant = b.constantOf(input);
      return constant === undefined ? input.name : canonicalName(constants, constant, input.name);
    };
    const key = JSON.stringify([node.op, node.attributes, ...inputs.map(nameOf)], keepNumber);
    const known = seen.get(key) ?? b.append(node.op, inputs, node.attributes);
    seen.set(key, known);
    return known;
  });
}

/** Equal small constants count as one. */
function canonicalName(known: Map<string, string>, { dtype, shape, data }: Constant, name: string): string {
  if (data.length > 64) return name;
  const key = JSON.stringify([dtype, shape, [...data]], keepNumber);
  const first = known.get(key) ?? name;
  known.set(key, first);
  return first;
}

/** JSON writes every number that it does not know as null, and −0 as 0. */
function keepNumber(_: string, value: unknown): unknown {
  const unknown = typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0));
  return unknown ? { number: Object.is(value, -0) ? "-0" : String(value) } : value;
}
