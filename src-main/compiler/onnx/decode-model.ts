// An ONNX model as a graph, as `encodeModel` writes it: shapes are fixed, and the operators are the compiler's own. For those of others see import/.

import type { ValueInfoProto } from "onnx-buf";
import { refuse } from "../../common/diagnostic.ts";
import type { TensorType } from "../../common/tensor.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { Graph, Value } from "../graph.ts";
import { decodeNode } from "./decode-node.ts";
import { decodeConstant, decodeWeight, isExternal, isShape } from "./decode-tensor.ts";
import { dataTypeOf } from "./element-types.ts";
import { parseModel } from "./parse-model.ts";

export interface DecodeOptions {
  /** The model's own name, for messages. */
  readonly file: string;
  /** The absolute path of an external-data `location`. It comes from the model: refuse one that leaves the model's folder. */
  readonly resolve: (location: string) => string;
}

/** @throws Refusal naming the operator, type or shape that the compiler does not know */
export function decodeModel(bytes: Uint8Array, { file, resolve }: DecodeOptions): Graph {
  const { graph } = parseModel(bytes, file);
  const b = new GraphBuilder();
  const known = new Map<string, Value>();
  const add = (name: string, make: () => Value): void => {
    if (known.has(name)) refuse({ code: "onnx-name", at: { file, part: name }, message: "the value is made twice" });
    known.set(name, make());
  };
  const initialized = new Set(graph.initializer.map((tensor) => tensor.name));
  for (const input of graph.input) {
    if (initialized.has(input.name)) continue;
    const { dtype, shape } = decodeType(input, file);
    add(input.name, () => b.input(input.name, dtype, shape));
  }
  // Weights keep their names, so they come before what the builder names.
  for (const tensor of graph.initializer.filter(isExternal)) {
    add(tensor.name, () => b.storedWeight(tensor.name, decodeWeight(tensor, file, resolve)));
  }
  for (const tensor of graph.initializer.filter((initializer) => !isExternal(initializer))) {
    const { dtype, shape, data } = decodeConstant(tensor, file);
    add(tensor.name, () => b.constant(dtype, shape, data));
  }
  const find = (name: string): Value => {
    const value = known.get(name);
    if (value !== undefined) return value;
    return refuse({ code: "onnx-order", at: { file, part: name }, message: "the value is used before it is made" });
  };
  for (const node of graph.node) add(node.output[0] ?? "", () => decodeNode(b, node, find, file));
  for (const { name } of graph.output) b.output(name, find(name));
  return b.build();
}

function decodeType({ name, type }: ValueInfoProto, file: string): TensorType {
  const tensor = type?.value.case === "tensorType" ? type.value.value : undefined;
  const dtype = dataTypeOf(tensor?.elemType ?? 0);
  const shape = tensor?.shape?.dim.map((dim) => (dim.value.case === "dimValue" ? Number(dim.value.value) : NaN));
  if (dtype !== undefined && shape !== undefined && isShape(shape)) return { dtype, shape };
  return refuse({
    code: "onnx-input",
    at: { file, part: name },
    message: "the input has no fixed type and shape",
    help: "export the model with static shapes",
  });
}
