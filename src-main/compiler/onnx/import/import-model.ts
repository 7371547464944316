// A foreign ONNX model as a part of a graph: its free dimensions bound by the inputs, its arithmetic on shapes computed now, and the
// rest in the compiler's own operators, so that it is differentiated, optimised and run as they are.

import type { NodeProto } from "onnx-buf";
import { refuse } from "../../../common/diagnostic.ts";
import { printType } from "../../../common/tensor.ts";
import type { GraphBuilder } from "../../graph-builder.ts";
import type { Constant, Value } from "../../graph.ts";
import { type Append, decodeAttributes, decodeNode, EXPORT_AGAIN, placeOf, refuseMisfit } from "../decode-node.ts";
import { decodeConstant, isShape } from "../decode-tensor.ts";
import { appendFolded } from "./append-folded.ts";
import { bindInputs } from "./bind-inputs.ts";
import { foreignOperators } from "./foreign-operators.ts";
import { isFloat, type OnnxModel } from "./read-model.ts";
import { type Substitute, Substitution } from "./substitution.ts";

type Values = Readonly<Record<string, Value>>;

/**
 * Appends the model to `b`. Every floating-point type is computed in float32, whatever the model asks for.
 * @param inputs by their names in the model; a size of 1 is repeated to what another input or the model calls for
 * @returns every output of the model by name
 * @throws Refusal naming the operator that cannot be computed, or the input that does not fit
 */
export function importModel(b: GraphBuilder, model: OnnxModel, inputs: Values, substitute?: Substitute): Values {
  const { file } = model;
  b.markImported();
  const known = declareWeights(b, model);
  for (const [name, value] of bindInputs(b, model, inputs, substitute)) known.set(name, value);
  const substitution = new Substitution(b, model, substitute);
  const find = (name: string): Value => known.get(name) ?? missing(model, name);
  for (const node of model.nodes) {
    const given = substitution.apply(
      node,
      node.input.map((name) => (name === "" ? null : find(name))),
    );
    const results = append(b, model, node, given);
    for (const [i, name] of node.output.entries()) {
      const value = results[i];
      if (name === "") continue;
      if (value === undefined) unsupported(node, file, `with ${node.output.length} outputs`);
      if (known.has(name)) {
        refuse({ code: "onnx-name", at: { file, part: name }, message: "the value is made twice", help: EXPORT_AGAIN });
      }
      known.set(name, value);
    }
  }
  substitution.check();
  return Object.fromEntries(model.outputs.map((name) => [name, find(name)]));
}

/** Weights and constants by their names in the model. */
function declareWeights(b: GraphBuilder, model: OnnxModel): Map<string, Value> {
  const used = new Set([...model.nodes.flatMap(({ input }) => input), ...model.outputs]);
  const { values, weights } = b.build();
  const taken = new Set(values.keys());
  // Stored weights keep their names where they can, so they all come before what the builder names.
  const stored = [...model.weights].flatMap(([name, weight]) => {
    if (!used.has(name)) return [];
    let free = name;
    const isSame = (): boolean => {
      const other = weights.get(free);
      return other?.file === weight.file && other.offset === weight.offset;
    };
    while (taken.has(free) && !isSame()) free += " (stored)";
    taken.add(free);
    b.storedWeight(free, weight);
    return [{ name, free, weight }];
  });
  const known = new Map<string, Value>();
  for (const { name, free, weight } of stored) {
    known.set(name, isFloat(weight.dtype) ? b.weight(free, weight) : b.value(free));
  }
  for (const [name, { dtype, shape, data }] of model.constants) {
    if (used.has(name)) known.set(name, b.constant(isFloat(dtype) ? "float32" : dtype, shape, data));
  }
  return known;
}

function append(
  b: GraphBuilder,
  model: OnnxModel,
  node: NodeProto,
  inputs: readonly (Value | null)[],
): readonly Value[] {
  const at = placeOf(node, model.file);
  const fold: Append = (op, values, attributes) => appendFolded(b, op, values, attributes);
  const foreign =
    node.domain === "" && Object.hasOwn(foreignOperators, node.opType) ? foreignOperators[node.opType] : undefined;
  const attributes = foreign === undefined ? new Map() : decodeAttributes(withoutTensors(node), at);
  const tensor = tensorOf(node, model.file);
  const { opset } = model;
  try {
    const results = foreign?.({ b, append: fold, opset, inputs, outputs: node.output.length, attributes, tensor });
    if (results !== undefined) return checked([results].flat());
  } catch (error) {
    return refuseMisfit(error, at);
  }
  const byName = new Map(node.input.map((name, i) => [name, inputs[i]]));
  return [decodeNode(b, node, (name) => byName.get(name) ?? missing(model, name), model.file, fold)];
}

function checked(results: readonly Value[]): readonly Value[] {
  for (const value of results) if (!isShape(value.shape)) throw new Error(`this would give ${printType(value)}`);
  return results;
}

function withoutTensors({ attribute }: NodeProto): Pick<NodeProto, "attribute"> {
  return { attribute: attribute.filter(({ t }) => t === undefined) };
}

function tensorOf({ opType, attribute }: NodeProto, file: string): Constant | undefined {
  const tensor = opType === "ConstantOfShape" ? attribute.find(({ t }) => t !== undefined)?.t : undefined;
  return tensor === undefined ? undefined : decodeConstant(tensor, file);
}

function missing({ file, inputs }: OnnxModel, name: string): never {
  const isInput = inputs.some((input) => input.name === name);
  return refuse({
    code: isInput ? "onnx-input" : "onnx-order",
    at: { file, part: name },
    message: isInput ? "the model needs this input, which nothing gives" : "the value is used before it is made",
    help: EXPORT_AGAIN,
  });
}

function unsupported(node: NodeProto, file: string, how: string): never {
  return refuse({
    code: "onnx-operator",
    at: placeOf(node, file),
    message: `the operator ${node.opType} ${how} is not supported`,
    help: EXPORT_AGAIN,
  });
}
