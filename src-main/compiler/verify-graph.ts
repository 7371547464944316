// What must hold of every graph, whoever built it: a pass that breaks one of these rules has a bug.

import type { Diagnostic } from "../common/diagnostic.ts";
import { byteCount, elementCount, printType, type TensorType } from "../common/tensor.ts";
import type { Graph, Node, Value } from "./graph.ts";
import { opRule, opRules } from "./ops/index.ts";

/**
 * The faults of a graph, none if it is sound: every value is made once and before it is used, has the type that its
 * operator gives, and every constant and weight has as many numbers as its shape says.
 */
export function verifyGraph(graph: Graph): readonly Diagnostic[] {
  const faults: Diagnostic[] = [];
  const report = (code: string, part: string, message: string): void => {
    faults.push({ severity: "error", code, at: { part }, message });
  };
  const made = new Set<string>();
  const make = (name: string, type: TensorType): void => {
    if (made.has(name)) report("graph-name", name, "made twice");
    made.add(name);
    const recorded = graph.values.get(name);
    if (recorded === undefined) report("graph-type", name, "has no recorded type");
    else if (recorded.name !== name) report("graph-name", name, `recorded as ${recorded.name}`);
    else if (printType(recorded) !== printType(type)) {
      report("graph-type", name, `recorded as ${printType(recorded)}, but is ${printType(type)}`);
    }
  };

  for (const input of graph.inputs) make(input.name, input);
  for (const [name, constant] of graph.constants) {
    make(name, constant);
    const [found, needed] = [constant.data.length, elementCount(constant.shape)];
    if (found !== needed) report("graph-constant", name, `${found} numbers for ${printType(constant)}`);
  }
  for (const [name, weight] of graph.weights) {
    make(name, weight);
    const needed = byteCount(weight);
    if (weight.length !== needed) report("graph-weight", name, `${weight.length} bytes for ${printType(weight)}`);
  }
  for (const node of graph.nodes) {
    for (const name of node.inputs) {
      if (name !== null && !made.has(name)) report("graph-order", node.output, `uses ${name} before it is made`);
    }
    make(
      node.output,
      typeOf(graph, node, (message) => report("graph-operator", node.output, message)),
    );
  }
  for (const [name, { name: source }] of graph.outputs) {
    if (!made.has(source)) report("graph-output", name, `is ${source}, which is not made`);
    if (source !== name && graph.inputs.some((input) => input.name === name)) {
      report("graph-output", name, `is ${source}, but an input has its name`);
    }
  }
  for (const name of graph.values.keys())
    if (!made.has(name)) report("graph-order", name, "has a type but is not made");
  return faults;
}

/** The type that the operator's own rule gives, or the recorded one where the rule refuses the inputs. */
function typeOf(graph: Graph, { op, inputs, output, attributes }: Node, report: (message: string) => void): TensorType {
  const recorded: TensorType = graph.values.get(output) ?? { dtype: "float32", shape: [] };
  if (!Object.hasOwn(opRules, op)) {
    report(`there is no operator ${op}`);
    return recorded;
  }
  const values = inputs.map((name): Value | null | undefined => (name === null ? null : graph.values.get(name)));
  const known = values.filter((value) => value !== undefined);
  if (known.length !== values.length) return recorded;
  try {
    return opRule(op).infer(known, attributes);
  } catch (error) {
    report(error instanceof Error ? error.message : String(error));
    return recorded;
  }
}
