// A foreign ONNX model as it stands in its file: operators, declared inputs, small numbers, and where the weights lie.
// Nothing of it refers to the bytes that it was read from, so that a large file need not stay in memory.

import {
  AttributeProto_AttributeType as AttributeType,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "onnx-buf";
import { refuse } from "../../../common/diagnostic.ts";
import { byteCount, elementCount, type DataType } from "../../../common/tensor.ts";
import type { Constant, ExternalWeight } from "../../graph.ts";
import { EXPORT_AGAIN, placeOf } from "../decode-node.ts";
import { decodeConstant, decodeTensorType, decodeWeight, isExternal } from "../decode-tensor.ts";
import { dataTypeOf } from "../element-types.ts";
import { unpackNumbers } from "../pack-numbers.ts";
import { parseModel } from "../parse-model.ts";
import { shortestFloat } from "../shortest-float.ts";

export interface ModelSource {
  /** The model as the user calls it, for messages. */
  readonly file: string;
  /** The absolute path of the file behind it: weights that lie inside the model are byte ranges of this one. */
  readonly target: string;
  /** The absolute path of an external-data `location`. It comes from the model: refuse one that leaves the model's folder. */
  readonly resolve: (location: string) => string;
  /** Bytes of an external tensor that shapes may depend on. Refuse a range that the file does not have. */
  readonly read: (file: string, offset: number, length: number) => Uint8Array;
}

export interface DeclaredInput {
  readonly name: string;
  readonly dtype: DataType;
  /** Sizes; the name of one that is free, "" for one without a name. */
  readonly dims: readonly (number | string)[];
}

export interface OnnxModel {
  readonly file: string;
  readonly opset: number;
  readonly inputs: readonly DeclaredInput[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeProto[];
  readonly constants: ReadonlyMap<string, Constant>;
  readonly weights: ReadonlyMap<string, ExternalWeight>;
}

// Shapes, scales and ids are known to the compiler; what is larger stays where it is.
const MOST_FLOATS = 16;
const MOST_INTEGERS = 1 << 16;

/** @throws Refusal if this is no ONNX model, or if a tensor or an input is of a type that nothing here computes with */
export function readOnnxModel(bytes: Uint8Array, source: ModelSource): OnnxModel {
  const { file } = source;
  const { graph, opset } = parseModel(bytes, file);
  const constants = new Map<string, Constant>();
  const weights = new Map<string, ExternalWeight>();
  const add = (name: string, tensor: TensorProto): void => {
    if (constants.has(name) || weights.has(name)) {
      refuse({ code: "onnx-name", at: { file, part: name }, message: "the tensor is given twice", help: EXPORT_AGAIN });
    }
    const found = locate(tensor, bytes, source);
    if ("data" in found) constants.set(name, found);
    else weights.set(name, found);
  };
  for (const tensor of graph.initializer) add(tensor.name, tensor);
  const nodes = graph.node.flatMap((node): NodeProto[] => {
    if (node.opType !== "Constant" || node.domain !== "") return [withoutViews(node)];
    const { name, constant } = constantOf(node, file);
    if ("dims" in constant) add(name, constant);
    else constants.set(name, constant);
    return [];
  });
  // Older models list their initializers among the inputs.
  const inputs = graph.input.filter(({ name }) => !constants.has(name) && !weights.has(name));
  return {
    file,
    opset,
    inputs: inputs.map((input) => declared(input, file)),
    outputs: graph.output.map(({ name }) => name),
    nodes,
    constants,
    weights,
  };
}

/** Numbers if they are few, otherwise a byte range of the external file, or of the model itself. */
function locate(tensor: TensorProto, bytes: Uint8Array, source: ModelSource): Constant | ExternalWeight {
  const { file, target, resolve, read } = source;
  const type = decodeTensorType(tensor, file);
  const few = elementCount(type.shape) <= (isFloat(type.dtype) ? MOST_FLOATS : MOST_INTEGERS);
  if (isExternal(tensor)) {
    const weight = decodeWeight(tensor, file, resolve);
    if (!few) return weight;
    return { ...type, data: unpackNumbers(type.dtype, read(weight.file, weight.offset, weight.length)) };
  }
  if (few || tensor.rawData.length !== byteCount(type)) return decodeConstant(tensor, file);
  if (tensor.rawData.buffer !== bytes.buffer) throw new Error("the protobuf reader copies, so offsets are unknown");
  return { ...type, file: target, offset: tensor.rawData.byteOffset - bytes.byteOffset, length: tensor.rawData.length };
}

function constantOf(node: NodeProto, file: string): { name: string; constant: TensorProto | Constant } {
  const at = placeOf(node, file);
  const [name = ""] = node.output;
  const [attribute] = node.attribute;
  const list = (dtype: DataType, shape: readonly number[], data: readonly number[]): Constant => {
    return { dtype, shape, data: Float64Array.from(data) };
  };
  switch (attribute?.type) {
    case AttributeType.TENSOR:
      if (attribute.t !== undefined) return { name, constant: attribute.t };
      break;
    case AttributeType.INT:
      return { name, constant: list("int64", [], [Number(attribute.i)]) };
    case AttributeType.INTS:
      return { name, constant: list("int64", [attribute.ints.length], attribute.ints.map(Number)) };
    case AttributeType.FLOAT:
      return { name, constant: list("float32", [], [shortestFloat(attribute.f)]) };
    case AttributeType.FLOATS:
      return { name, constant: list("float32", [attribute.floats.length], attribute.floats.map(shortestFloat)) };
    default:
  }
  return refuse({
    code: "onnx-constant",
    at,
    message: "the constant is neither a tensor nor a number nor a list of numbers",
    help: EXPORT_AGAIN,
  });
}

/** What an operator needs of its attributes, copied: a view of theirs would keep the whole file in memory. */
function withoutViews(node: NodeProto): NodeProto {
  for (const attribute of node.attribute) {
    attribute.s = attribute.s.slice();
    if (attribute.t !== undefined) attribute.t.rawData = attribute.t.rawData.slice();
    // Operators that have these are not supported; their type still says that they were there.
    delete attribute.g;
    delete attribute.sparseTensor;
    attribute.graphs = [];
    attribute.tensors = [];
    attribute.strings = [];
  }
  return node;
}

function declared({ name, type }: ValueInfoProto, file: string): DeclaredInput {
  const tensor = type?.value.case === "tensorType" ? type.value.value : undefined;
  const dtype = dataTypeOf(tensor?.elemType ?? 0);
  const dims = tensor?.shape?.dim.map(({ value }) => {
    return value.case === "dimValue" ? Number(value.value) : (value.value ?? "");
  });
  if (dtype !== undefined && dims !== undefined) return { name, dtype, dims };
  return refuse({
    code: "onnx-input",
    at: { file, part: name },
    message: "the input has no element type and rank that can be computed with",
    help: EXPORT_AGAIN,
  });
}

/** Of any width: all are computed in float32. */
export function isFloat(dtype: string): boolean {
  return dtype.includes("float");
}
