// One operator of an ONNX model, appended to a graph.

import { AttributeProto_AttributeType as AttributeType, type AttributeProto, type NodeProto } from "onnx-buf";
import { refuse } from "../../common/diagnostic.ts";
import { printType } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { AttributeValue, Value } from "../graph.ts";
import type { OpName } from "../op-list.ts";
import { opRule } from "../ops/index.ts";
import { decodeConstant, isExternal, isShape } from "./decode-tensor.ts";
import { dataTypeOf } from "./element-types.ts";
import { isOnnxName, operatorForm, WITHOUT_EFFECT, type OperatorForm } from "./operator-forms.ts";
import { shortestFloat } from "./shortest-float.ts";

/** Where faults are reported. */
export interface At {
  readonly file: string;
  readonly part: string;
}

/** How an operator gets into the graph: as it is, or computed at once where its inputs are known. */
export type Append = (op: OpName, inputs: readonly (Value | null)[], attributes: object) => Value;

export const EXPORT_AGAIN =
  "export the model again with torch.onnx and opset 17 or 20, or use the safetensors files of the same model";

/** @param find gives a value of the model by its name there, or refuses */
export function decodeNode(
  b: GraphBuilder,
  node: NodeProto,
  find: (name: string) => Value,
  file: string,
  append: Append = (op, inputs, attributes) => b.append(op, inputs, attributes),
): Value {
  const { opType, domain } = node;
  const at = placeOf(node, file);
  // Optional outputs at the end may be there without a name.
  const outputs = node.output.findLastIndex((output) => output !== "") + 1;
  if (opType === "Constant") return decodeConstantNode(b, node, at);
  if (!isOnnxName(opType) || (domain !== "" && domain !== "ai.onnx") || outputs !== 1) {
    return refuse({
      code: "onnx-operator",
      at,
      message: `the operator ${domain === "" ? opType : `${domain}.${opType}`} with ${outputs} outputs is not supported`,
      help: EXPORT_AGAIN,
    });
  }
  const form = operatorForm(opType);
  const given = node.input.map((input) => (input === "" ? null : find(input)));
  const { tensors, parameters } = splitInputs(opType, form, given, at);
  const attributes = readAttributes(b, node, { op: opType, form, tensors, parameters }, at);
  try {
    const value = append(opType, tensors, attributes);
    if (isShape(value.shape)) return value;
    return refuse({ code: "onnx-shape", at, message: `${opType} would give ${printType(value)}`, help: EXPORT_AGAIN });
  } catch (error) {
    return refuseMisfit(error, at);
  }
}

export function placeOf({ name, opType }: NodeProto, file: string): At {
  return { file, part: name === "" ? opType : name };
}

/** Operators refuse inputs that do not fit with a plain Error; anything else is a fault of ours. */
export function refuseMisfit(error: unknown, at: At): never {
  if (!(error instanceof Error) || error.name !== "Error") throw error;
  return refuse({ code: "onnx-shape", at, message: error.message, help: EXPORT_AGAIN });
}

function decodeConstantNode(b: GraphBuilder, node: NodeProto, at: At): Value {
  const tensor = node.attribute.find((attribute) => attribute.name === "value")?.t;
  if (tensor === undefined || isExternal(tensor)) {
    return refuse({
      code: "onnx-constant",
      at,
      message: "only constants with a value of their own are supported",
      help: EXPORT_AGAIN,
    });
  }
  const { dtype, shape, data } = decodeConstant(tensor, at.file);
  return b.constant(dtype, shape, data);
}

/** The tensors an operator works on, and the inputs which are attributes to us. */
function splitInputs(
  op: OpName,
  { inputs, optional = 0 }: OperatorForm,
  given: readonly (Value | null)[],
  at: At,
): { readonly tensors: readonly (Value | null)[]; readonly parameters: readonly (Value | null)[] } {
  const count = inputs === "any" ? given.length : inputs + optional;
  const required = inputs === "any" ? Math.max(1, given.length) : inputs;
  const tensors = Array.from({ length: count }, (_, i) => given[i] ?? null);
  const missing = tensors.slice(0, required).includes(null) || count === 0;
  if (missing)
    return refuse({ code: "onnx-inputs", at, message: `${op} needs ${required} inputs`, help: EXPORT_AGAIN });
  return { tensors, parameters: given.slice(count) };
}

function readAttributes(
  b: GraphBuilder,
  node: NodeProto,
  {
    op,
    form,
    tensors,
    parameters,
  }: {
    readonly op: OpName;
    readonly form: OperatorForm;
    readonly tensors: readonly (Value | null)[];
    readonly parameters: readonly (Value | null)[];
  },
  at: At,
): Record<string, AttributeValue> {
  const written = decodeAttributes(node, at);
  const names = Object.keys(opRule(op).asInputs ?? {});
  for (const [i, parameter] of parameters.entries()) {
    if (parameter !== null) written.set(names[i] ?? `input ${tensors.length + i}`, constantNumbers(b, parameter, at));
  }
  for (const [name, value] of written) {
    if (Object.hasOwn(form.attributes, name) || WITHOUT_EFFECT[name]?.(value, written) === true) continue;
    // What Pad puts in: zeros, as we do.
    if (op === "Pad" && name === "input 2" && value === 0) continue;
    unsupported(op, name, value, at);
  }
  const [x] = tensors;
  const read = Object.entries(form.attributes).map(([name, reader]): [string, AttributeValue] => {
    const value = x === null || x === undefined ? undefined : reader(written.get(name), x, written);
    return [name, value ?? unsupported(op, name, written.get(name), at)];
  });
  return Object.fromEntries(read);
}

function unsupported(op: OpName, name: string, value: AttributeValue | undefined, at: At): never {
  const shown = typeof value === "object" ? `[${value.join(", ")}]` : value;
  return refuse({
    code: "onnx-attribute",
    at,
    message: value === undefined ? `${op} needs ${name}` : `${op} with ${name} = ${shown} is not supported`,
    help: EXPORT_AGAIN,
  });
}

export function decodeAttributes({ attribute }: Pick<NodeProto, "attribute">, at: At): Map<string, AttributeValue> {
  return new Map(attribute.map((one) => [one.name, decodeAttribute(one, at)]));
}

function decodeAttribute(attribute: AttributeProto, at: At): AttributeValue {
  switch (attribute.type) {
    case AttributeType.INT:
      return attribute.name === "to" ? (dataTypeOf(Number(attribute.i)) ?? "unknown") : Number(attribute.i);
    case AttributeType.FLOAT:
      return shortestFloat(attribute.f);
    case AttributeType.INTS:
      return attribute.ints.map(Number);
    case AttributeType.FLOATS:
      return attribute.floats.map(shortestFloat);
    case AttributeType.STRING:
      return new TextDecoder().decode(attribute.s);
    default:
      return refuse({
        code: "onnx-attribute",
        at,
        message: `the attribute ${attribute.name} of type ${attribute.type} is not supported`,
        help: EXPORT_AGAIN,
      });
  }
}

function constantNumbers(b: GraphBuilder, value: Value, at: At): AttributeValue {
  const constant = b.constantOf(value);
  if (constant === undefined) {
    return refuse({
      code: "onnx-dynamic",
      at,
      message: `the input ${value.name} is computed while the model runs`,
      help: "export the model with static shapes",
    });
  }
  const numbers = [...(constant.dtype === "float32" ? constant.data.map(shortestFloat) : constant.data)];
  return constant.shape.length === 0 ? (numbers[0] ?? NaN) : numbers;
}
