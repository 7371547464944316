// Mixed precision (Micikevicius et al. 2018, arXiv:1710.03740): products of half floats, all else of a graph in float32 but what lies between
// two products and loses nothing there. Inputs and outputs stay float32. Weights that are half floats in their file are read as they are.

import type { DataType } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { type Graph, type Value, valueOf } from "../graph.ts";
import { fixedValues } from "../moved-weights.ts";
import { opRule } from "../ops/index.ts";
import { removeDead } from "./remove-dead.ts";
import { rewrite } from "./rewrite.ts";

/** @param graph as `optimize` leaves it */
export function computeInHalf(graph: Graph): Graph {
  const fixed = fixedValues(graph);
  const outputs = new Set([...graph.outputs.values()].map(({ name }) => name));
  const casts = new Map<string, Value>();
  const result = rewrite(graph, (b, { op, inputs: names, output, attributes }, inputs) => {
    // What is computed from weights alone is computed once, and rounded where it is read.
    if (fixed.has(output)) return null;
    const { half } = opRule(op);
    const isProduct = half === "always" && !isInnerProduct(valueOf(graph, output));
    const floats = inputs.filter(isFloat);
    const running = inputs.filter((_, i) => !fixed.has(names[i] ?? "")).filter(isFloat);
    const isBetween = running.length > 0 && running.every(({ dtype }) => dtype === "float16") && floats.every(fits(b));
    const dtype = isProduct || (half === "follows" && isBetween) ? "float16" : "float32";
    const read = inputs.map((input) => (isFloat(input) ? castTo(b, casts, input, dtype) : input));
    const value = b.append(op, read, attributes);
    return outputs.has(output) && value.dtype === "float16" ? castTo(b, casts, value, "float32") : value;
  });
  return removeDead(result);
}

/** Of single rows with single columns: by such products norms sum. */
function isInnerProduct({ shape }: Value): boolean {
  return shape.length > 1 && shape.slice(-2).every((size) => size === 1);
}

function isFloat(value: Value | null): value is Value {
  return value !== null && (value.dtype === "float32" || value.dtype === "float16");
}

/** Whether nothing becomes infinite or loses digits that is known now. */
function fits(b: GraphBuilder): (value: Value) => boolean {
  const isNormal = (n: number): boolean => n === 0 || (Math.abs(n) >= LEAST_NORMAL && Math.abs(n) <= LARGEST);
  return (value) => b.constantOf(value)?.data.every(isNormal) ?? true;
}

// Of half floats, IEEE 754 binary16.
const LARGEST = 65504;
const LEAST_NORMAL = 2 ** -14;

/** What was widened is read as it was before. */
function castTo(b: GraphBuilder, known: Map<string, Value>, value: Value, dtype: DataType): Value {
  if (value.dtype === dtype) return value;
  const before = b.producer(value);
  const [source] = before?.op === "Cast" ? before.inputs : [];
  if (source && b.value(source).dtype === dtype) return b.value(source);
  const key = `${dtype} ${value.name}`;
  const cast = known.get(key) ?? b.cast(value, dtype);
  known.set(key, cast);
  return cast;
}
