// An ONNX model as a graph. Shapes must be fixed; external data stays where it is.

import { fromBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  TensorProto_DataLocation,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "onnx-buf";
import { refuse } from "../../common/diagnostic.ts";
import type { TensorType } from "../../common/tensor.ts";
import type { AttributeValue, Graph, Value } from "../graph.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { OpName } from "../op-list.ts";
import { opRule, opRules } from "../ops/index.ts";
import { axesFrom } from "../shapes.ts";
import { dataTypeOf } from "./element-types.ts";
import { unpackNumbers } from "./pack-numbers.ts";

export interface DecodeOptions {
  /** The model's own name, for messages. */
  readonly file: string;
  /** The absolute path of an external-data `location`. */
  readonly resolve: (location: string) => string;
}

/** @throws Refusal naming the operator, type or shape that the compiler does not know */
export function decodeModel(bytes: Uint8Array, { file, resolve }: DecodeOptions): Graph {
  const { graph } = parse(bytes, file);
  if (graph === undefined) return refuse({ code: "onnx-empty", at: { file }, message: "the model holds no graph" });
  const b = new GraphBuilder();
  const known = new Map<string, Value>();
  const initialized = new Set(graph.initializer.map((tensor) => tensor.name));
  for (const input of graph.input) {
    if (initialized.has(input.name)) continue;
    const { dtype, shape } = decodeType(input, file);
    known.set(input.name, b.input(input.name, dtype, shape));
  }
  for (const tensor of graph.initializer) known.set(tensor.name, decodeTensor(b, tensor, file, resolve));
  for (const node of graph.node) known.set(node.output[0] ?? "", decodeNode(b, node, known, file));
  for (const { name } of graph.output) b.output(name, find(known, name, file));
  return b.build();
}

function parse(bytes: Uint8Array, file: string) {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    return refuse({
      code: "onnx-unreadable",
      at: { file },
      message: `not an ONNX model: ${error instanceof Error ? error.message : String(error)}`,
      help: "download the file again, or choose a model.onnx",
    });
  }
}

function decodeNode(b: GraphBuilder, node: NodeProto, known: ReadonlyMap<string, Value>, file: string): Value {
  const { opType, name } = node;
  if (opType === "Constant") {
    const tensor = node.attribute.find((attribute) => attribute.name === "value")?.t;
    if (tensor !== undefined) return decodeTensor(b, tensor, file, (location) => location);
  }
  if (!isOpName(opType) || opRule(opType).expand !== undefined || node.output.length !== 1) {
    return refuse({
      code: "onnx-operator",
      at: { file, part: name },
      message: `the operator ${opType} with ${node.output.length} outputs is not supported`,
      help: "export the model again with static shapes and opset 20",
    });
  }
  const { asInputs = {} } = opRule(opType);
  const given = node.input.map((input) => (input === "" ? null : find(known, input, file)));
  const count = TENSOR_INPUTS[opType] ?? given.length - Object.keys(asInputs).length;
  const inputs = Array.from({ length: count }, (_, i) => given[i] ?? null);
  const attributes: Record<string, AttributeValue> = { ...defaultAttributes(opType, inputs) };
  for (const attribute of node.attribute) attributes[attribute.name] = decodeAttribute(attribute, file);
  for (const [i, attribute] of Object.keys(asInputs).entries()) {
    const value = given[count + i];
    if (value === undefined || value === null) continue;
    attributes[attribute] = constantNumbers(b, value, { file, part: name, attribute });
  }
  return b.append(opType, inputs, attributes);
}

/** Operators that may leave inputs out at the end. */
const TENSOR_INPUTS: Readonly<Partial<Record<OpName, number>>> = { Conv: 3, ConvTranspose: 3, Gemm: 3, Clip: 1, Slice: 1 };

/** What ONNX assumes when an attribute is not written. */
function defaultAttributes(op: OpName, inputs: readonly (Value | null)[]): Record<string, AttributeValue> {
  const [x] = inputs;
  const rank = x?.shape.length ?? 0;
  const spatial = axesFrom(2, Math.max(rank, 2));
  const conv = { strides: spatial.map(() => 1), pads: [...spatial, ...spatial].map(() => 0), dilations: spatial.map(() => 1), group: 1 };
  const defaults: Readonly<Partial<Record<OpName, Record<string, AttributeValue>>>> = {
    Conv: conv,
    ConvTranspose: { ...conv, output_padding: spatial.map(() => 0) },
    Gemm: { transA: 0, transB: 0 },
    Gather: { axis: 0 },
    Softmax: { axis: rank - 1 },
    LayerNormalization: { axis: rank - 1, epsilon: 1e-5 },
    InstanceNormalization: { epsilon: 1e-5 },
    Gelu: { approximate: "none" },
    ReduceSum: { keepdims: 1 },
    ReduceMean: { keepdims: 1 },
    ReduceMax: { keepdims: 1 },
    ArgMax: { axis: 0, keepdims: 1 },
    Transpose: { perm: axesFrom(0, rank).toReversed() },
    Clip: { min: -Infinity, max: Infinity },
  };
  return defaults[op] ?? {};
}

function decodeAttribute(attribute: AttributeProto, file: string): AttributeValue {
  switch (attribute.type) {
    case AttributeType.INT:
      return attribute.name === "to" ? (dataTypeOf(Number(attribute.i)) ?? "unknown") : Number(attribute.i);
    case AttributeType.FLOAT:
      return attribute.f;
    case AttributeType.INTS:
      return attribute.ints.map(Number);
    case AttributeType.FLOATS:
      return attribute.floats;
    case AttributeType.STRING:
      return new TextDecoder().decode(attribute.s);
    default:
      return refuse({
        code: "onnx-attribute",
        at: { file, part: attribute.name },
        message: `attributes of type ${AttributeType[attribute.type]} are not supported`,
      });
  }
}

function constantNumbers(
  b: GraphBuilder,
  value: Value,
  { file, part, attribute }: { readonly file: string; readonly part: string; readonly attribute: string },
): AttributeValue {
  const constant = b.constantOf(value);
  if (constant === undefined) {
    return refuse({
      code: "onnx-dynamic",
      at: { file, part },
      message: `${attribute} is computed while the model runs`,
      help: "export the model with static shapes",
    });
  }
  return constant.shape.length === 0 ? (constant.data[0] ?? NaN) : [...constant.data];
}

function decodeTensor(b: GraphBuilder, tensor: TensorProto, file: string, resolve: (location: string) => string): Value {
  const dtype = dataTypeOf(tensor.dataType);
  const shape = tensor.dims.map(Number);
  if (dtype === undefined) {
    return refuse({
      code: "onnx-type",
      at: { file, part: tensor.name },
      message: `element type ${tensor.dataType} is not supported`,
    });
  }
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    const entry = (key: string): string => tensor.externalData.find((pair) => pair.key === key)?.value ?? "";
    const range = { offset: Number(entry("offset")), length: Number(entry("length")) };
    return b.storedWeight(tensor.name, { dtype, shape, file: resolve(entry("location")), ...range });
  }
  const typed = { float32: tensor.floatData, float64: tensor.doubleData, int64: tensor.int64Data, int32: tensor.int32Data };
  const numbers = dtype in typed ? typed[dtype as keyof typeof typed] : tensor.int32Data; // checked by `in`
  const data = numbers.length > 0 ? Float64Array.from(numbers, Number) : unpackNumbers(dtype, tensor.rawData);
  return b.constant(dtype, shape, data);
}

function decodeType({ name, type }: ValueInfoProto, file: string): TensorType {
  const tensor = type?.value.case === "tensorType" ? type.value.value : undefined;
  const dtype = dataTypeOf(tensor?.elemType ?? 0);
  const shape = tensor?.shape?.dim.map((dim) => (dim.value.case === "dimValue" ? Number(dim.value.value) : null));
  if (dtype === undefined || shape === undefined || shape.includes(null)) {
    return refuse({
      code: "onnx-input",
      at: { file, part: name },
      message: "the input has no fixed type and shape",
      help: "export the model with static shapes",
    });
  }
  return { dtype, shape: shape.filter((size) => size !== null) };
}

function isOpName(name: string): name is OpName {
  return Object.hasOwn(opRules, name);
}

function find(known: ReadonlyMap<string, Value>, name: string, file: string): Value {
  return (
    known.get(name) ??
    refuse({ code: "onnx-order", at: { file, part: name }, message: "the value is used but never made" })
  );
}
