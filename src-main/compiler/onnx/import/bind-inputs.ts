// What a model declares of its inputs, against what it is given: ranks, sizes and element types.

import { refuse } from "../../../common/diagnostic.ts";
import { printType, type Shape } from "../../../common/tensor.ts";
import type { GraphBuilder } from "../../graph-builder.ts";
import type { Value } from "../../graph.ts";
import { type DeclaredInput, isFloat, type OnnxModel } from "./read-model.ts";
import type { Substitute } from "./substitution.ts";

/**
 * The inputs as the model wants them. A free dimension has one size wherever its name occurs; a size of 1 is repeated to it.
 * A single number may come as a scalar or with any axes of size 1.
 */
export function bindInputs(
  b: GraphBuilder,
  { file, inputs }: OnnxModel,
  given: Readonly<Record<string, Value>>,
  substitute: Substitute | undefined,
): Map<string, Value> {
  refuseUnknown(file, inputs, given);
  const ranked = inputs.flatMap((input) => {
    const value = given[input.name];
    return value === undefined ? [] : [{ input, value: withRank(b, file, input, value) }];
  });
  const sizes = freeSizes(ranked);
  const bound = ranked.map(({ input, value }): [string, Value] => {
    const wanted = input.dims.map((dim, axis) =>
      typeof dim === "number" ? dim : (sizes.get(dim) ?? value.shape[axis] ?? 1),
    );
    return [input.name, withType(b, input, withSizes(b, file, input, value, wanted))];
  });
  const replaced = inputs.find(({ name }) => name === substitute?.input);
  if (replaced === undefined) return new Map(bound);
  // What is computed from it is replaced later, so only its shape matters.
  const shape = replaced.dims.map((dim) => (typeof dim === "number" ? dim : (sizes.get(dim) ?? 1)));
  const zero = b.scalar(0, isFloat(replaced.dtype) ? "float32" : replaced.dtype);
  return new Map([...bound, [replaced.name, b.expand(zero, shape)]]);
}

/** By name: the one size that is not 1, if there is one. */
function freeSizes(ranked: readonly { readonly input: DeclaredInput; readonly value: Value }[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { input, value } of ranked) {
    for (const [axis, dim] of input.dims.entries()) {
      const size = value.shape[axis] ?? 1;
      if (typeof dim === "string" && dim !== "" && (sizes.get(dim) ?? 1) === 1) sizes.set(dim, size);
    }
  }
  return sizes;
}

function withRank(b: GraphBuilder, file: string, input: DeclaredInput, value: Value): Value {
  const rank = input.dims.length;
  if (value.shape.length === rank) return value;
  if (value.shape.every((size) => size === 1))
    return b.reshape(
      value,
      Array.from({ length: rank }, () => 1),
    );
  return misfit(file, input, value);
}

function withSizes(b: GraphBuilder, file: string, input: DeclaredInput, value: Value, wanted: Shape): Value {
  const fits = wanted.every((size, axis) => value.shape[axis] === size || value.shape[axis] === 1);
  return fits ? b.expand(value, wanted) : misfit(file, input, value);
}

function withType(b: GraphBuilder, { dtype }: DeclaredInput, value: Value): Value {
  return b.cast(value, isFloat(dtype) ? "float32" : dtype);
}

function refuseUnknown(file: string, inputs: readonly DeclaredInput[], given: Readonly<Record<string, Value>>): void {
  const names = inputs.map(({ name }) => name);
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  refuse({
    code: "onnx-input",
    at: { file, part: unknown.join(", ") },
    message: `the model has no such input: it has ${names.join(", ")}`,
    help: "export the model with the input names of Optimum, or leave the input out",
  });
}

function misfit(file: string, { name, dims }: DeclaredInput, value: Value): never {
  return refuse({
    code: "onnx-input",
    at: { file, part: name },
    message: `the model takes [${dims.map((dim) => (dim === "" ? "?" : dim)).join(", ")}], but is given ${printType(value)}`,
    help: "export the model with dynamic axes, or give it inputs of these sizes",
  });
}
