// Removes operators that change nothing: x·1, x + 0, chains of Reshape, pairs of Transpose, Identity.

import { elementCount, sameShape } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Graph, Node, Value } from "../graph.ts";
import { rewrite } from "./rewrite.ts";

type Simplification = (
  b: GraphBuilder,
  args: { readonly inputs: readonly Value[]; readonly node: Node },
) => Value | null;

const simplifications: Readonly<Partial<Record<Node["op"], Simplification>>> = {
  Identity: (_, { inputs: [x] }) => x ?? null,
  Mul: (b, { inputs: [x, y] }) => neutral(b, x, y, 1) ?? neutral(b, y, x, 1),
  Div: (b, { inputs: [x, y] }) => neutral(b, x, y, 1),
  Add: (b, { inputs: [x, y] }) => neutral(b, x, y, 0) ?? neutral(b, y, x, 0),
  Sub: (b, { inputs: [x, y] }) => neutral(b, x, y, 0),
  Reshape: (b, { inputs: [x], node }) => {
    const before = b.producer(x);
    const [source] = before?.op === "Reshape" ? before.inputs : [];
    const { shape } = node.attributes;
    const from = typeof source === "string" ? b.value(source) : x;
    return from === undefined || !Array.isArray(shape) ? null : b.reshape(from, shape);
  },
  Transpose: (b, { inputs: [x], node }) => {
    const before = b.producer(x);
    const [source] = before?.op === "Transpose" ? before.inputs : [];
    if (typeof source !== "string" || before === undefined) return null;
    const first = permutation(before);
    return b.transpose(
      b.value(source),
      permutation(node).map((axis) => first[axis] ?? axis),
    );
  },
};

export function simplify(graph: Graph): Graph {
  return rewrite(graph, (b, node, inputs) => {
    const present = inputs.filter((input) => input !== null);
    return simplifications[node.op]?.(b, { inputs: present, node }) ?? null;
  });
}

/** `x` itself if `y` is nothing but `element` and does not widen `x`. */
function neutral(b: GraphBuilder, x: Value | undefined, y: Value | undefined, element: number): Value | null {
  if (x === undefined || y === undefined) return null;
  const constant = b.constantOf(y);
  if (constant === undefined || !constant.data.every((n) => n === element)) return null;
  return sameShape(x.shape, y.shape) || (elementCount(y.shape) === 1 && y.shape.length <= x.shape.length) ? x : null;
}

function permutation({ attributes }: Node): readonly number[] {
  const { perm } = attributes;
  if (!Array.isArray(perm)) throw new Error("a Transpose without perm");
  return perm;
}
