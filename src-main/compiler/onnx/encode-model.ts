// A graph as an ONNX model. Weights stay in their files: the model names a byte range for each.

import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  TensorProto_DataLocation,
  type AttributeProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from "onnx-buf";
import type { Shape, TensorType } from "../../common/tensor.ts";
import { constantKey } from "../constant-key.ts";
import type { AttributeValue, Constant, ExternalWeight, Graph, Node, Value } from "../graph.ts";
import { opRule } from "../ops/index.ts";
import { ELEMENT_TYPES } from "./element-types.ts";
import { packNumbers } from "./pack-numbers.ts";

// The newest opset of which the WebGPU provider has every operator that we emit.
const OPSET = 20n;
const IR_VERSION = 10n;

/** Attributes that ONNX types as FLOAT; all other numbers are INT. */
const FLOAT_ATTRIBUTES: ReadonlySet<string> = new Set(["epsilon", "alpha", "beta", "scale"]);

export interface EncodeOptions {
  /** How the runtime finds a weight's file: its `location` in the model, relative to the folder that the session is given. */
  readonly locate: (file: string) => string;
}

/** Macro operators must be expanded before. Throws on one that is left. */
export function encodeModel(graph: Graph, { locate }: EncodeOptions): Uint8Array {
  const { names, copies } = nameOutputs(graph);
  const nameOf = (name: string): string => names.get(name) ?? name;
  const constantInputs: ConstantInputs = new Map();
  const nodes = graph.nodes.map((node) => encodeNode(node, nameOf, constantInputs));
  const domains = new Set(graph.nodes.flatMap(({ op }) => opRule(op).domain ?? []));
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: "reneg-studio",
    opsetImport: [{ domain: "", version: OPSET }, ...[...domains].map((domain) => ({ domain, version: 1n }))],
    graph: {
      name: "graph",
      input: graph.inputs.map((value) => encodeType(value.name, value)),
      output: [...graph.outputs].map(([name, value]) => encodeType(name, value)),
      initializer: [
        ...[...graph.constants].map(([name, constant]) => encodeConstant(nameOf(name), constant)),
        ...[...graph.weights].map(([name, weight]) => encodeWeight(nameOf(name), weight, locate)),
        ...[...constantInputs.values()].map(({ name, constant }) => encodeConstant(name, constant)),
      ],
      node: [...nodes, ...copies],
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/**
 * A result takes the name of the output it is; what cannot (an input, or a second name) is copied. A value inside the graph that
 * has the name of an output by chance gives way.
 */
function nameOutputs(graph: Graph): {
  readonly names: ReadonlyMap<string, string>;
  readonly copies: readonly MessageInitShape<typeof NodeProtoSchema>[];
} {
  const made = new Set(graph.nodes.map((node) => node.output));
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const names = new Map<string, string>();
  const copies: MessageInitShape<typeof NodeProtoSchema>[] = [];
  for (const [name, value] of graph.outputs) {
    if (inputs.has(name) && value.name !== name) throw new Error(`the output ${name} has the name of an input`);
    if (made.has(value.name) && !names.has(value.name)) names.set(value.name, name);
  }
  for (const name of [...graph.constants.keys(), ...graph.weights.keys(), ...made]) {
    if (!names.has(name) && graph.outputs.has(name)) names.set(name, freeName(name, graph));
  }
  for (const [name, value] of graph.outputs) {
    const source = names.get(value.name) ?? value.name;
    if (source !== name) copies.push({ opType: "Identity", name, input: [source], output: [name] });
  }
  return { names, copies };
}

function freeName(name: string, graph: Pick<Graph, "values" | "outputs">): string {
  const free = `${name} inside`;
  return graph.values.has(free) || graph.outputs.has(free) ? freeName(free, graph) : free;
}

/**
 * Attributes that ONNX has as inputs, by what they are: each is written once. onnxruntime looks at every one again in each of its passes,
 * and there are thousands of equal ones.
 */
type ConstantInputs = Map<string, { readonly name: string; readonly constant: Constant }>;

function encodeNode(
  { op, inputs, output, attributes }: Node,
  nameOf: (name: string) => string,
  constantInputs: ConstantInputs,
): MessageInitShape<typeof NodeProtoSchema> {
  const { expand, asInputs = {}, domain = "" } = opRule(op);
  if (expand !== undefined && domain === "") throw new Error(`${op} is a macro operator: expand it before encoding`);
  const input = inputs.map((name) => (name === null ? "" : nameOf(name)));
  while (input.at(-1) === "") input.pop();
  for (const [attribute, dtype] of Object.entries(asInputs)) {
    const value = attributes[attribute];
    const data = Float64Array.from(typeof value === "object" ? value : [Number(value)]);
    const constant = { dtype, shape: typeof value === "object" ? [data.length] : [], data };
    const key = constantKey(constant);
    const known = constantInputs.get(key) ?? { name: `${output}.${attribute}`, constant };
    constantInputs.set(key, known);
    input.push(known.name);
  }
  const attribute = Object.entries(attributes)
    .filter(([name]) => !(name in asInputs))
    .map(([name, value]) => encodeAttribute(name, value));
  return { opType: op, domain, name: output, input, output: [nameOf(output)], attribute };
}

function encodeAttribute(name: string, value: AttributeValue): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === "object") return { name, type: AttributeType.INTS, ints: value.map((n) => BigInt(n)) };
  if (name === "to") return { name, type: AttributeType.INT, i: BigInt(elementType(String(value))) };
  if (typeof value === "string") return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if (FLOAT_ATTRIBUTES.has(name)) return { name, type: AttributeType.FLOAT, f: value };
  return { name, type: AttributeType.INT, i: BigInt(value) };
}

function encodeConstant(name: string, { dtype, shape, data }: Constant): MessageInitShape<typeof TensorProtoSchema> {
  return { name, dataType: elementType(dtype), dims: dims(shape), rawData: packNumbers(dtype, data) };
}

function encodeWeight(
  name: string,
  { dtype, shape, file, offset, length }: ExternalWeight,
  locate: (file: string) => string,
): MessageInitShape<typeof TensorProtoSchema> {
  return {
    name,
    dataType: elementType(dtype),
    dims: dims(shape),
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [
      { key: "location", value: locate(file) },
      { key: "offset", value: `${offset}` },
      { key: "length", value: `${length}` },
    ],
  };
}

function encodeType(name: string, { dtype, shape }: TensorType | Value): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = shape.map((size) => ({ value: { case: "dimValue" as const, value: BigInt(size) } }));
  return { name, type: { value: { case: "tensorType", value: { elemType: elementType(dtype), shape: { dim } } } } };
}

function elementType(dtype: string): number {
  const type = ELEMENT_TYPES.get(dtype);
  if (type === undefined) throw new Error(`ONNX has no element type ${dtype}`);
  return type;
}

function dims(shape: Shape): bigint[] {
  return shape.map((size) => BigInt(size));
}
