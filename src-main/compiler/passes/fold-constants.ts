// Computes now what depends on constants only.

import { elementCount } from "../../common/tensor.ts";
import type { Graph } from "../graph.ts";
import { opRule } from "../ops/index.ts";
import { rewrite } from "./rewrite.ts";

// A larger result costs more in the file than it saves at run time.
const MAX_ELEMENTS = 1 << 16;

export function foldConstants(graph: Graph): Graph {
  return rewrite(graph, (b, { op, output, attributes }, inputs) => {
    const { evaluate } = opRule(op);
    const type = graph.values.get(output);
    if (evaluate === undefined || type === undefined || elementCount(type.shape) > MAX_ELEMENTS) return null;
    const constants = inputs.map((input) => (input === null ? null : b.constantOf(input)));
    if (constants.includes(undefined)) return null;
    const known = constants.filter((constant) => constant !== undefined);
    return b.constant(type.dtype, type.shape, evaluate(known, attributes, type));
  });
}
