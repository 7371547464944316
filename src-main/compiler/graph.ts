// The intermediate representation: a list of ONNX operators in order, over named values with static shapes.

import type { TensorType } from "../common/tensor.ts";
import type { OpName } from "./op-list.ts";

export interface Value extends TensorType {
  readonly name: string;
}

/** One operator. Every operator has one result; a missing optional input is `null`. */
export interface Node {
  readonly op: OpName;
  readonly inputs: readonly (string | null)[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export type AttributeValue = number | string | readonly number[];

/** A small tensor known to the compiler. Every element type is held as numbers; int64 beyond 2^53 is not needed. */
export interface Constant extends TensorType {
  readonly data: Float64Array;
}

/** A tensor that stays in its file: a byte range, read by the runtime. */
export interface ExternalWeight extends TensorType {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

export interface Graph {
  readonly inputs: readonly Value[];
  /** By the name the outside knows them by. */
  readonly outputs: ReadonlyMap<string, Value>;
  readonly constants: ReadonlyMap<string, Constant>;
  readonly weights: ReadonlyMap<string, ExternalWeight>;
  /** In an order in which every value is made before it is used. */
  readonly nodes: readonly Node[];
  /** The type of every value by name: inputs, constants, weights and results. */
  readonly values: ReadonlyMap<string, Value>;
  /** Whether part of it comes from somebody's ONNX model, so that norms and activations may be written out. */
  readonly imported: boolean;
}

export function valueOf(graph: Pick<Graph, "values">, name: string): Value {
  const value = graph.values.get(name);
  if (value === undefined) throw new Error(`no value named ${name} in this graph`);
  return value;
}

/** How often each value is read: by these operators, and once more where it is an output. */
export function countReads({ outputs }: Pick<Graph, "outputs">, nodes: readonly Node[]): ReadonlyMap<string, number> {
  const reads = new Map<string, number>();
  const names = [...nodes.flatMap(({ inputs }) => inputs), ...[...outputs.values()].map(({ name }) => name)];
  for (const name of names) if (name !== null) reads.set(name, (reads.get(name) ?? 0) + 1);
  return reads;
}
