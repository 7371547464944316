// Appends an operator, or computes it at once where all its inputs are known: how arithmetic on shapes disappears.

import { elementCount } from "../../../common/tensor.ts";
import type { GraphBuilder } from "../../graph-builder.ts";
import type { Constant, Value } from "../../graph.ts";
import type { OpName } from "../../op-list.ts";
import { opRule } from "../../ops/index.ts";
import { isShape } from "../decode-tensor.ts";

/** Masks of a text encoder have 77 · 77 numbers; what is much larger is computed when the model runs. */
export const MOST_FOLDED = 1 << 16;
/** Never part of shape arithmetic, and slow by their definitions. */
const NOT_FOLDED: ReadonlySet<OpName> = new Set(["MatMul", "Gemm", "Conv", "ConvTranspose"]);

export function appendFolded(
  b: GraphBuilder,
  op: OpName,
  inputs: readonly (Value | null)[],
  attributes: object,
): Value {
  const { infer, evaluate } = opRule(op);
  const known = inputs.map((input) => (input === null ? null : b.constantOf(input))).filter((one) => one !== undefined);
  if (evaluate === undefined || known.length < inputs.length || NOT_FOLDED.has(op) || known.some(isLarge)) {
    return b.append(op, inputs, attributes);
  }
  const { dtype, shape } = infer(inputs, attributes);
  if (!isShape(shape) || elementCount(shape) > MOST_FOLDED) return b.append(op, inputs, attributes);
  return b.constant(dtype, shape, evaluate(known, attributes, { dtype, shape }));
}

function isLarge(constant: Constant | null): boolean {
  return constant !== null && constant.data.length > MOST_FOLDED;
}
