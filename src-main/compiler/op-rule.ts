// The one contract every operator fulfils: what comes out, how its gradient flows back, and what it computes.

import type { TensorType } from "../common/tensor.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import type { Constant, Value } from "./graph.ts";
import type { Attributes, Inputs, OpName } from "./op-list.ts";

export interface VjpArgs<K extends OpName> {
  /** The rule may use only this: so a gradient is a graph of the same operators and can be printed or differentiated. */
  readonly b: GraphBuilder;
  readonly inputs: Inputs<K>;
  readonly output: Value;
  /** Cotangent of `output`: same type and shape. */
  readonly ct: Value;
  readonly attributes: Attributes<K>;
}

/** One for each input, `null` where none flows. */
export type Cotangents<I extends readonly (Value | null)[]> = { readonly [N in keyof I]: Value | null };

/** The inputs of an operator as numbers: `null` stands for a missing optional input. */
export type ReferenceInputs<I extends readonly (Value | null)[]> = {
  readonly [N in keyof I]: null extends I[N] ? Constant | null : Constant;
};

/**
 * What becomes of an operator where a device computes in half precision: `always` half, as products are; `follows` what it reads, as what only
 * moves, adds or scales; absent: it stays float32, as norms, sums and what loses digits or range.
 */
export type InHalf = "always" | "follows";

interface Rule<K extends OpName> {
  /** Of an operator that is onnxruntime's and not ONNX's. Only its CPU is known to have it right. */
  readonly domain?: "com.microsoft";
  readonly half?: InHalf;
  readonly infer: (inputs: Inputs<K>, attributes: Attributes<K>) => TensorType;
  readonly vjp: "no gradient" | ((args: VjpArgs<K>) => Cotangents<Inputs<K>>);
}

/** An ONNX operator. */
export interface PrimitiveRule<K extends OpName> extends Rule<K> {
  /** The definition in float64, for constant folding and as the yardstick of the runtime. */
  readonly evaluate: (inputs: ReferenceInputs<Inputs<K>>, attributes: Attributes<K>, type: TensorType) => Float64Array;
  /** Attributes that ONNX passes as trailing constant inputs, in ONNX's order. */
  readonly asInputs?: { readonly [A in keyof Attributes<K>]?: "int64" | "float32" };
}

/** An operator that stands for several others. */
export interface MacroRule<K extends OpName> extends Rule<K> {
  readonly expand: (args: Omit<VjpArgs<K>, "ct" | "output">) => Value;
}

export type OpRule<K extends OpName> = PrimitiveRule<K> | MacroRule<K>;
export type OpRules<K extends OpName> = { readonly [P in K]: OpRule<P> };

/** Types for rules looked up by a name known only at run time: the builder checked name, inputs and attributes together. */
export interface AnyRule {
  readonly half?: InHalf;
  readonly infer: (inputs: readonly (Value | null)[], attributes: object) => TensorType;
  readonly vjp:
    | "no gradient"
    | ((args: {
        b: GraphBuilder;
        inputs: readonly (Value | null)[];
        output: Value;
        ct: Value;
        attributes: object;
      }) => readonly (Value | null)[]);
  readonly evaluate?: (inputs: readonly (Constant | null)[], attributes: object, type: TensorType) => Float64Array;
  readonly expand?: (args: { b: GraphBuilder; inputs: readonly (Value | null)[]; attributes: object }) => Value;
  readonly asInputs?: Readonly<Record<string, "int64" | "float32">>;
  readonly domain?: "com.microsoft";
}
