// Runs a graph by the operators' own definitions, in float64: slow, exact, and independent of any runtime.

import type { Constant, Graph } from "./graph.ts";
import { valueOf } from "./graph.ts";
import { opRule } from "./ops/index.ts";
import { expandMacros } from "./passes/expand-macros.ts";

/** @param feeds the inputs and weights by name; their numbers are used as they are, without rounding to a type */
export function evaluateGraph(graph: Graph, feeds: Readonly<Record<string, Float64Array>>): Map<string, Constant> {
  const plain = expandMacros(graph);
  const known = new Map<string, Constant>(plain.constants);
  for (const [name, data] of Object.entries(feeds)) known.set(name, { ...valueOf(plain, name), data });
  for (const { op, inputs, output, attributes } of plain.nodes) {
    const { evaluate } = opRule(op);
    if (evaluate === undefined) throw new Error(`${op} has neither a definition nor an expansion`);
    const type = valueOf(plain, output);
    const numbers = inputs.map((name) => (name === null ? null : lookUp(known, name)));
    known.set(output, { ...type, data: evaluate(numbers, attributes, type) });
  }
  return new Map([...plain.outputs].map(([name, value]) => [name, lookUp(known, value.name)]));
}

function lookUp(known: ReadonlyMap<string, Constant>, name: string): Constant {
  const value = known.get(name);
  if (value === undefined) throw new Error(`no numbers for ${name}`);
  return value;
}
