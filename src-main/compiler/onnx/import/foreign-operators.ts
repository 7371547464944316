// The operators and forms of operators that exporters write and the compiler does not have, each by those that it has. One row an
// operator. A row that answers `undefined` leaves the operator to the compiler's own table of forms.

import { elementCount, type Shape } from "../../../common/tensor.ts";
import type { GraphBuilder } from "../../graph-builder.ts";
import type { AttributeValue, Constant, Value } from "../../graph.ts";
import { axesFrom, forEachIndex } from "../../shapes.ts";
import type { Append } from "../decode-node.ts";
import { MOST_FOLDED } from "./append-folded.ts";
import { isFloat } from "./read-model.ts";

export interface ForeignNode {
  readonly b: GraphBuilder;
  /** Folds where it can. */
  readonly append: Append;
  readonly opset: number;
  readonly inputs: readonly (Value | null)[];
  /** How many results are asked for. */
  readonly outputs: number;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  /** The tensor among the attributes. */
  readonly tensor: Constant | undefined;
}

/** Throws a plain Error for what it cannot do. */
type ForeignOperator = (node: ForeignNode) => Value | readonly Value[] | undefined;

export const foreignOperators: Readonly<Partial<Record<string, ForeignOperator>>> = {
  Identity: (node) => input(node, 0),
  Dropout: (node) => input(node, 0),
  // Shapes, which are always known.
  Shape: (node) => {
    const { shape } = input(node, 0);
    const sizes = shape.slice(integer(node, "start", 0), integer(node, "end", shape.length));
    return integers(node.b, [sizes.length], sizes);
  },
  Size: (node) => integers(node.b, [], [elementCount(input(node, 0).shape)]),
  ConstantOfShape: (node) => {
    const shape = numbers(node, 0);
    if (!shape.every(isCount)) throw new Error(`ConstantOfShape [${shape.join(", ")}]`);
    const { dtype = "float32", data = [0] } = node.tensor ?? {};
    const value = node.b.constant(isFloat(dtype) ? "float32" : dtype, [], [data[0] ?? NaN]);
    return node.append("Expand", [value], { shape });
  },
  Range: (node) => {
    const [[start = NaN], [limit = NaN], [delta = NaN]] = [numbers(node, 0), numbers(node, 1), numbers(node, 2)];
    const count = Math.max(0, Math.ceil((limit - start) / delta));
    if (!(count <= MOST_FOLDED)) throw new Error(`Range from ${start} to ${limit} by ${delta}`);
    const data = Array.from({ length: count }, (_, i) => start + i * delta);
    return node.b.constant(input(node, 0).dtype, [count], data);
  },
  // Several results.
  Split: (node) => {
    const x = input(node, 0);
    const axis = axisOf(node, x.shape, 0);
    const sizes = partSizes(node, x.shape[axis] ?? 0);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total !== x.shape[axis] || sizes.length !== node.outputs) {
      throw new Error(`Split of ${x.shape[axis]} into [${sizes.join(", ")}] as ${node.outputs} results`);
    }
    let start = 0;
    return sizes.map((size) => {
      const part = node.append("Slice", [x], { starts: [start], ends: [start + size], axes: [axis], steps: [1] });
      start += size;
      return part;
    });
  },
  // Movement.
  Flatten: (node) => {
    const { shape } = input(node, 0);
    const axis = integer(node, "axis", 1);
    if (Math.abs(axis) > shape.length) throw new Error(`Flatten of [${shape.join(", ")}] at ${axis}`);
    const sizes = [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))];
    return node.append("Reshape", [input(node, 0)], { shape: sizes });
  },
  Tile: (node) => {
    const [x, repeats] = [input(node, 0), numbers(node, 1)];
    if (repeats.length !== x.shape.length || !repeats.every(isCount))
      throw new Error(`Tile by [${repeats.join(", ")}]`);
    const open = node.append("Reshape", [x], { shape: x.shape.flatMap((size) => [1, size]) });
    const wide = node.append("Expand", [open], { shape: x.shape.flatMap((size, axis) => [repeats[axis] ?? 1, size]) });
    return node.append("Reshape", [wide], { shape: x.shape.map((size, axis) => size * (repeats[axis] ?? 1)) });
  },
  Slice: (node) => {
    const known = node.b.constantOf(input(node, 0)) !== undefined;
    const steps = given(node, 4) === null ? [] : numbers(node, 4);
    if (known || steps.every((step) => step >= -1)) return undefined;
    // onnxruntime's WebGPU provider computes these wrongly, without a word.
    throw new Error(`Slice with steps [${steps.join(", ")}]`);
  },
  Gather: (node) => {
    const [data, indices] = [input(node, 0), input(node, 1)];
    const axis = axisOf(node, data.shape, 0);
    const size = data.shape[axis] ?? 0;
    const known = node.b.constantOf(indices)?.data;
    if (known?.some((index) => !(index >= -size && index < size)) === true)
      throw new Error(`Gather beyond ${size} rows`);
    return node.append("Gather", [data, cast(node, indices, "int64")], { axis });
  },
  Trilu: (node) => {
    const x = input(node, 0);
    const [k = 0] = given(node, 1) === null ? [] : numbers(node, 1);
    const [rows = 0, columns = 0] = x.shape.slice(-2);
    if (rows * columns > MOST_FOLDED) throw new Error(`Trilu of [${x.shape.join(", ")}]`);
    const upper = integer(node, "upper", 1) === 1;
    const kept = filled([rows, columns], ([row = 0, column = 0]) => (upper ? column - row >= k : column - row <= k));
    const zero = node.b.scalar(0, x.dtype);
    return node.append("Where", [node.b.constant("bool", [rows, columns], kept), x, zero], {});
  },
  ScatterND: (node) => {
    if ((node.attributes.get("reduction") ?? "none") !== "none") return undefined;
    // What is overwritten is dropped first; that needs to be known, and no place may be written twice.
    const [data, indices, updates] = [input(node, 0), input(node, 1), input(node, 2)];
    const zeros = node.append("Expand", [node.b.scalar(0, data.dtype)], { shape: data.shape });
    const ones = node.append("Expand", [node.b.scalar(1, data.dtype)], { shape: updates.shape });
    const times = node.append("ScatterND", [zeros, indices, ones], { reduction: "add" });
    const known = node.b.constantOf(times);
    if (known === undefined || known.data.some((n) => n > 1))
      throw new Error("ScatterND to places that are not known or not distinct");
    const written = node.append("ScatterND", [zeros, indices, updates], { reduction: "add" });
    return node.append("Where", [cast(node, times, "bool"), written, data], {});
  },
  Resize: resize,
  // Elementwise.
  CastLike: (node) => cast(node, input(node, 0), input(node, 1).dtype),
  Cast: (node) => {
    const to = node.attributes.get("to");
    // Every floating-point type is computed in float32.
    if (typeof to === "string" && isFloat(to)) return cast(node, input(node, 0), "float32");
    return undefined;
  },
  Pow: (node) => {
    const [x, y] = [input(node, 0), input(node, 1)];
    const exponent = node.b.constantOf(y)?.data;
    if (exponent?.length === 1 && exponent[0] === 2 && y.shape.length <= x.shape.length) {
      return node.append("Mul", [x, x], {});
    }
    return node.append("Pow", [x, cast(node, y, x.dtype)], {});
  },
  Mod: (node) => {
    const [x, y] = [input(node, 0), input(node, 1)];
    if (node.b.constantOf(x) === undefined || node.b.constantOf(y) === undefined)
      throw new Error("Mod of what is not known");
    // The sign follows the divisor, or with fmod the dividend. Through float64: whole numbers do not divide exactly otherwise.
    const [a, c] = [cast(node, x, "float64"), cast(node, y, "float64")];
    const ratio = node.append("Div", [a, c], {});
    const whole =
      integer(node, "fmod", 0) === 1
        ? cast(node, cast(node, ratio, "int64"), "float64")
        : node.append("Floor", [ratio], {});
    return cast(node, node.append("Sub", [a, node.append("Mul", [whole, c], {})], {}), x.dtype);
  },
  Ceil: (node) => negative(node, node.append("Floor", [negative(node, input(node, 0))], {})),
  Sum: (node) => chain(node, "Add"),
  Min: (node) => chain(node, "Min"),
  Max: (node) => chain(node, "Max"),
  // Logic, in the few operators that every provider has. Only NaN differs from itself.
  IsNaN: (node) => not(node, node.append("Equal", [input(node, 0), input(node, 0)], {})),
  Not: (node) => not(node, input(node, 0)),
  And: (node) =>
    isPositive(node, node.append("Mul", [asNumber(node, input(node, 0)), asNumber(node, input(node, 1))], {})),
  Or: (node) => or(node, input(node, 0), input(node, 1)),
  LessOrEqual: (node) => orEqual(node, "Less"),
  GreaterOrEqual: (node) => orEqual(node, "Greater"),
  // Linear maps and norms.
  Gemm: (node) => {
    const [alpha, beta] = [float(node, "alpha", 1), float(node, "beta", 1)];
    if (alpha === 1 && beta === 1) return undefined;
    const flags = { transA: flag(node, "transA"), transB: flag(node, "transB") };
    const product = scaled(node, node.append("Gemm", [input(node, 0), input(node, 1), null], flags), alpha);
    const c = given(node, 2);
    return c === null ? product : node.append("Add", [product, scaled(node, c, beta)], {});
  },
  LayerNormalization: (node) => {
    if (given(node, 2) !== null) return undefined;
    const [x, scale] = [input(node, 0), input(node, 1)];
    const bias = node.append("Expand", [node.b.scalar(0)], { shape: scale.shape });
    const axis = axisOf(node, x.shape, -1);
    return node.append("LayerNormalization", [x, scale, bias], { axis, epsilon: float(node, "epsilon", 1e-5) });
  },
  GroupNormalization: (node) => {
    const groups = integer(node, "num_groups", 0);
    const x = input(node, 0);
    const [scale, bias] = [1, 2].map((i) => perChannel(node, input(node, i), groups, x.shape[1] ?? 0));
    if (scale === undefined || bias === undefined) throw new Error("GroupNormalization needs scale and bias");
    return node.b.append("GroupNormalization", [x, scale, bias], {
      num_groups: groups,
      epsilon: float(node, "epsilon", 1e-5),
    });
  },
};

/** Nearest neighbour by whole factors, whether given as scales or as sizes. */
function resize(node: ForeignNode): Value {
  const x = input(node, 0);
  const factors =
    given(node, 3) === null ? numbers(node, 2) : numbers(node, 3).map((size, i) => size / (x.shape[i] ?? NaN));
  const mode = text(node, "mode", "nearest");
  const coordinates = text(node, "coordinate_transformation_mode", "half_pixel");
  const rounding = text(node, "nearest_mode", "round_prefer_floor");
  // Where pixels are squares, the middle of every copy lies within the square of its source, whatever the rounding.
  const copies =
    (coordinates === "asymmetric" && rounding === "floor") ||
    ((coordinates === "half_pixel" || coordinates === "pytorch_half_pixel") && rounding.startsWith("round_"));
  const whole = factors.length === x.shape.length && factors.every((factor) => isCount(factor) && factor > 0);
  if (mode !== "nearest" || !copies || !whole || node.attributes.has("axes")) {
    throw new Error(`Resize by [${factors.join(", ")}], ${mode}, ${coordinates}, ${rounding}`);
  }
  return node.append("Resize", [x], {
    roi: [],
    scales: factors,
    mode: "nearest",
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  });
}

function partSizes(node: ForeignNode, size: number): readonly number[] {
  if (given(node, 1) !== null) {
    const sizes = numbers(node, 1);
    if (!sizes.every(isCount)) throw new Error(`Split into [${sizes.join(", ")}]`);
    return sizes;
  }
  const count = integer(node, "num_outputs", node.outputs);
  if (!(count > 0 && count <= MOST_FOLDED)) throw new Error(`Split into ${count} parts`);
  const part = Math.ceil(size / count);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(part, size - i * part)));
}

/** Until opset 20 a group has one scale, since 21 a channel has one. */
function perChannel({ opset, append }: ForeignNode, x: Value, groups: number, channels: number): Value {
  if (opset >= 21) return x;
  const column = append("Reshape", [x], { shape: [groups, 1] });
  const wide = append("Expand", [column], { shape: [groups, channels / groups] });
  return append("Reshape", [wide], { shape: [channels] });
}

function chain(node: ForeignNode, op: "Add" | "Min" | "Max"): Value {
  const [first, ...rest] = node.inputs.map((_, i) => input(node, i));
  if (first === undefined) throw new Error(`${op} of nothing`);
  return rest.reduce((sum, value) => node.append(op, [sum, value], {}), first);
}

function orEqual(node: ForeignNode, op: "Less" | "Greater"): Value {
  const both = [input(node, 0), input(node, 1)];
  return or(node, node.append(op, both, {}), node.append("Equal", both, {}));
}

function or(node: ForeignNode, x: Value, y: Value): Value {
  return isPositive(node, node.append("Add", [asNumber(node, x), asNumber(node, y)], {}));
}

function not(node: ForeignNode, x: Value): Value {
  return node.append("Less", [asNumber(node, x), node.b.scalar(0.5)], {});
}

function isPositive(node: ForeignNode, x: Value): Value {
  return node.append("Greater", [x, node.b.scalar(0.5)], {});
}

function asNumber(node: ForeignNode, x: Value): Value {
  return cast(node, x, "float32");
}

function cast({ append }: ForeignNode, x: Value, to: Value["dtype"]): Value {
  return x.dtype === to ? x : append("Cast", [x], { to });
}

function negative({ append }: ForeignNode, x: Value): Value {
  return append("Neg", [x], {});
}

function scaled({ b, append }: ForeignNode, x: Value, factor: number): Value {
  return factor === 1 ? x : append("Mul", [x, b.scalar(factor)], {});
}

function integers(b: GraphBuilder, shape: Shape, data: readonly number[]): Value {
  return b.constant("int64", shape, data);
}

function filled(shape: Shape, at: (index: readonly number[]) => boolean): Float64Array {
  const data = new Float64Array(elementCount(shape));
  forEachIndex(shape, (index, position) => (data[position] = Number(at(index))));
  return data;
}

function given({ inputs }: ForeignNode, i: number): Value | null {
  return inputs[i] ?? null;
}

function input(node: ForeignNode, i: number): Value {
  const value = given(node, i);
  if (value === null) throw new Error(`input ${i} is missing`);
  return value;
}

/** The numbers of an input that must be known now. */
function numbers(node: ForeignNode, i: number): readonly number[] {
  const constant = node.b.constantOf(input(node, i));
  if (constant === undefined) throw new Error(`input ${i} is computed while the model runs`);
  return [...constant.data];
}

function float({ attributes }: ForeignNode, name: string, missing: number): number {
  const value = attributes.get(name) ?? missing;
  if (typeof value !== "number") throw new Error(`${name} is no number`);
  return value;
}

function integer(node: ForeignNode, name: string, missing: number): number {
  const value = float(node, name, missing);
  if (!Number.isSafeInteger(value)) throw new Error(`${name} is ${value}`);
  return value;
}

function text({ attributes }: ForeignNode, name: string, missing: string): string {
  const value = attributes.get(name) ?? missing;
  if (typeof value !== "string") throw new Error(`${name} is no text`);
  return value;
}

function flag(node: ForeignNode, name: string): 0 | 1 {
  return integer(node, name, 0) === 0 ? 0 : 1;
}

function axisOf(node: ForeignNode, shape: Shape, missing: number): number {
  const axis = integer(node, "axis", missing);
  const resolved = axis < 0 ? axis + shape.length : axis;
  if (!axesFrom(0, shape.length).includes(resolved)) throw new Error(`axis ${axis} of [${shape.join(", ")}]`);
  return resolved;
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}
