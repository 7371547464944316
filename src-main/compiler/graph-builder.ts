// Appends operators to a graph and infers the type of each result.

import { sameShape, type DataType, type Shape, type TensorType } from "../common/tensor.ts";
import type { AttributeValue, Constant, ExternalWeight, Graph, Node, Value } from "./graph.ts";
import type { Attributes, Inputs, OpName } from "./op-list.ts";
import { opRule } from "./ops/index.ts";

export class GraphBuilder {
  readonly #inputs: Value[] = [];
  readonly #outputs = new Map<string, Value>();
  readonly #constants = new Map<string, Constant>();
  readonly #weights = new Map<string, ExternalWeight>();
  readonly #nodes: Node[] = [];
  readonly #values = new Map<string, Value>();
  /** By the names of their results. */
  readonly #producers = new Map<string, Node>();
  readonly #scalars = new Map<string, Value>();
  /** By name and place in a file: networks in one graph may call different tensors alike. */
  readonly #stored = new Map<string, Value>();
  /** Weights as float32, by the names of what is stored. */
  readonly #computed = new Map<string, Value>();
  #next = 0;
  #imported = false;

  /** The operators so far, in order. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  input(name: string, dtype: DataType, shape: Shape): Value {
    const value = this.#declare({ name, dtype, shape });
    this.#inputs.push(value);
    return value;
  }

  output(name: string, value: Value): void {
    this.#outputs.set(name, value);
  }

  /** A tensor known now. Numbers are rounded to `dtype` only when the graph is written. */
  constant(dtype: DataType, shape: Shape, data: Float64Array | readonly number[]): Value {
    const constant = { dtype, shape, data: Float64Array.from(data) };
    const value = this.#declare({ name: this.#freshName("c"), dtype, shape });
    this.#constants.set(value.name, constant);
    return value;
  }

  scalar(value: number, dtype: DataType = "float32"): Value {
    const key = `${dtype} ${Object.is(value, -0) ? "-0" : value}`;
    const known = this.#scalars.get(key);
    if (known !== undefined) return known;
    const constant = this.constant(dtype, [], [value]);
    this.#scalars.set(key, constant);
    return constant;
  }

  zeros({ dtype, shape }: TensorType): Value {
    return this.op("Expand", [this.scalar(0, dtype)], { shape });
  }

  /** A tensor that stays in its file, by its name there, if no other has it yet, and with the element type it has there. */
  storedWeight(name: string, weight: ExternalWeight): Value {
    const place = `${name} ${weight.file} ${weight.offset} ${weight.dtype} ${weight.shape.join()}`;
    const known = this.#stored.get(place);
    if (known !== undefined) return known;
    const free = this.#values.has(name) ? this.#freshName(`${name}.`) : name;
    const value = this.#declare({ name: free, dtype: weight.dtype, shape: weight.shape });
    this.#weights.set(free, weight);
    this.#stored.set(place, value);
    return value;
  }

  /** A weight to compute with: half floats are turned into float32. */
  weight(name: string, weight: ExternalWeight): Value {
    const stored = this.storedWeight(name, weight);
    const known = this.#computed.get(stored.name);
    if (known !== undefined) return known;
    const value = this.cast(stored, "float32");
    this.#computed.set(stored.name, value);
    return value;
  }

  op<K extends OpName>(op: K, inputs: Inputs<K>, attributes: Attributes<K>): Value {
    return this.append(op, inputs, attributes);
  }

  /** Like `op`, for a name known only at run time, as when a graph is copied or imported. */
  append(op: OpName, inputs: readonly (Value | null)[], attributes: object): Value {
    const type = opRule(op).infer(inputs, attributes);
    const value = this.#declare({ name: this.#freshName("v"), dtype: type.dtype, shape: type.shape });
    const node: Node = {
      op,
      inputs: inputs.map((input) => input?.name ?? null),
      output: value.name,
      // Attributes are numbers, strings and number lists in every row of op-list.ts.
      attributes: attributes as Record<string, AttributeValue>,
    };
    this.#nodes.push(node);
    this.#producers.set(value.name, node);
    return value;
  }

  /** The value by which the network computes with a weight: where its gradient arrives. */
  computedWeight(name: string): Value | undefined {
    return this.#computed.get(name);
  }

  value(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw new Error(`no value named ${name} in this graph`);
    return value;
  }

  /** The operator whose result `value` is; none of an input, a weight or a constant. */
  producer(value: Value | null | undefined): Node | undefined {
    return value === null || value === undefined ? undefined : this.#producers.get(value.name);
  }

  /** The numbers of `value` if they are known now. */
  constantOf(value: Value): Constant | undefined {
    return this.#constants.get(value.name);
  }

  /** Says that part of the graph comes from somebody's ONNX model. */
  markImported(): void {
    this.#imported = true;
  }

  build(): Graph {
    return {
      inputs: [...this.#inputs],
      outputs: new Map(this.#outputs),
      constants: new Map(this.#constants),
      weights: new Map(this.#weights),
      nodes: [...this.#nodes],
      values: new Map(this.#values),
      imported: this.#imported,
    };
  }

  add(x: Value, y: Value): Value {
    return this.op("Add", [x, y], {});
  }
  sub(x: Value, y: Value): Value {
    return this.op("Sub", [x, y], {});
  }
  mul(x: Value, y: Value): Value {
    return this.op("Mul", [x, y], {});
  }
  div(x: Value, y: Value): Value {
    return this.op("Div", [x, y], {});
  }
  neg(x: Value): Value {
    return this.op("Neg", [x], {});
  }
  exp(x: Value): Value {
    return this.op("Exp", [x], {});
  }
  sqrt(x: Value): Value {
    return this.op("Sqrt", [x], {});
  }
  sigmoid(x: Value): Value {
    return this.op("Sigmoid", [x], {});
  }
  where(condition: Value, x: Value, y: Value): Value {
    return this.op("Where", [condition, x, y], {});
  }
  scale(x: Value, factor: number): Value {
    return factor === 1 ? x : this.mul(x, this.scalar(factor));
  }
  cast(x: Value, to: DataType): Value {
    return x.dtype === to ? x : this.op("Cast", [x], { to });
  }
  matmul(x: Value, y: Value): Value {
    return this.op("MatMul", [x, y], {});
  }
  softmax(x: Value, axis = -1): Value {
    return this.op("Softmax", [x], { axis: axis < 0 ? axis + x.shape.length : axis });
  }
  reshape(x: Value, shape: Shape): Value {
    return sameShape(x.shape, shape) ? x : this.op("Reshape", [x], { shape });
  }
  transpose(x: Value, perm: readonly number[]): Value {
    return perm.every((axis, i) => axis === i) ? x : this.op("Transpose", [x], { perm });
  }
  expand(x: Value, shape: Shape): Value {
    return sameShape(x.shape, shape) ? x : this.op("Expand", [x], { shape });
  }
  concat(parts: readonly Value[], axis: number): Value {
    const [first, ...rest] = parts;
    if (first !== undefined && rest.length === 0) return first;
    return this.op("Concat", parts, { axis });
  }
  /** Elements `start` to `end` (exclusive) along one axis. */
  slice(x: Value, axis: number, start: number, end: number): Value {
    if (start === 0 && end === x.shape[axis]) return x;
    return this.op("Slice", [x], { starts: [start], ends: [end], axes: [axis], steps: [1] });
  }
  sum(x: Value, axes: readonly number[], keepdims: 0 | 1 = 1): Value {
    return axes.length === 0 ? x : this.op("ReduceSum", [x], { axes, keepdims });
  }
  mean(x: Value, axes: readonly number[], keepdims: 0 | 1 = 1): Value {
    return this.op("ReduceMean", [x], { axes, keepdims });
  }

  /** Undo broadcasting: sum `ct` over the axes along which a tensor of `shape` was repeated. */
  sumTo(ct: Value, shape: Shape): Value {
    const extra = ct.shape.length - shape.length;
    const axes = ct.shape.flatMap((size, axis) =>
      axis < extra || (shape[axis - extra] === 1 && size !== 1) ? [axis] : [],
    );
    return this.reshape(this.sum(ct, axes), shape);
  }

  /**
   * The same numbers as `x`, but not before `ct` is known. What is computed from it cannot be shared with the forward
   * pass or be moved to the front by the runtime, so its memory lives only where the backward pass needs it.
   */
  after(x: Value, ct: Value): Value {
    return this.add(x, this.mul(this.reshape(this.#corner(ct), []), this.scalar(0)));
  }

  /** The first element, as a tensor of one element. */
  #corner(x: Value): Value {
    const axes = x.shape.map((_, axis) => axis);
    if (axes.length === 0) return x; // ONNX slices no scalars
    return this.op("Slice", [x], {
      starts: axes.map(() => 0),
      ends: axes.map(() => 1),
      axes,
      steps: axes.map(() => 1),
    });
  }

  #declare(value: Value): Value {
    if (this.#values.has(value.name)) throw new Error(`two values named ${value.name} in one graph`);
    this.#values.set(value.name, value);
    return value;
  }

  #freshName(prefix: string): string {
    let name = `${prefix}${this.#next++}`;
    while (this.#values.has(name)) name = `${prefix}${this.#next++}`;
    return name;
  }
}
