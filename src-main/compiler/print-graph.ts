// A graph as text, for snapshots and for reading: one operator a line, in order.

import { printType } from "../common/tensor.ts";
import { valueOf, type AttributeValue, type Constant, type Graph, type Node } from "./graph.ts";

export function printGraph(graph: Graph): string {
  const lines = [
    ...graph.inputs.map((input) => `input ${input.name}: ${printType(input)}`),
    ...[...graph.weights].map(([name, weight]) => `weight ${name}: ${printType(weight)}`),
    ...graph.nodes.map((node) => printNode(graph, node)),
    ...[...graph.outputs].map(([name, value]) => `output ${name} = ${operand(graph, value.name)}`),
  ];
  return lines.join("\n");
}

function printNode(graph: Graph, { op, inputs, output, attributes }: Node): string {
  const operands = inputs.map((name) => (name === null ? "–" : operand(graph, name)));
  const options = Object.entries(attributes).map(([name, value]) => `${name}=${printAttribute(value)}`);
  return `${output} = ${op}(${[...operands, ...options].join(", ")}): ${printType(valueOf(graph, output))}`;
}

/** Small constants are shown by their numbers. */
function operand(graph: Graph, name: string): string {
  const constant = graph.constants.get(name);
  return constant === undefined ? name : printConstant(constant);
}

function printConstant({ dtype, shape, data }: Constant): string {
  const numbers = [...data.slice(0, 4)].map((n) => (Number.isInteger(n) ? `${n}` : n.toPrecision(4)));
  if (shape.length === 0) return numbers.join();
  return `${printType({ dtype, shape })}{${numbers.join(", ")}${data.length > 4 ? ", …" : ""}}`;
}

function printAttribute(value: AttributeValue): string {
  return typeof value === "object" ? `[${value.join(", ")}]` : `${value}`;
}
