// Puts a given value in the place of what a model computes from one of its inputs alone, up to the first matrix product: the
// sinusoid of a timestep, say, which a caller knows more exactly than a GPU computes it.

import type { NodeProto } from "onnx-buf";
import { refuse } from "../../../common/diagnostic.ts";
import { printType } from "../../../common/tensor.ts";
import type { GraphBuilder } from "../../graph-builder.ts";
import type { Value } from "../../graph.ts";
import { EXPORT_AGAIN } from "../decode-node.ts";
import type { OnnxModel } from "./read-model.ts";

export interface Substitute {
  /** The model's input that is not given. */
  readonly input: string;
  /** [1 or batch, width] */
  readonly value: Value;
}

export class Substitution {
  readonly #b: GraphBuilder;
  readonly #model: OnnxModel;
  readonly #substitute: Substitute | undefined;
  /** Names of what is computed from the input and from constants, nothing else. */
  readonly #derived = new Set<string>();
  #done = false;

  constructor(b: GraphBuilder, model: OnnxModel, substitute: Substitute | undefined) {
    this.#b = b;
    this.#model = model;
    this.#substitute = substitute;
    if (substitute !== undefined) this.#derived.add(substitute.input);
  }

  /** The inputs of `node`, with what is replaced replaced. Nodes come in order. */
  apply(node: NodeProto, inputs: readonly (Value | null)[]): readonly (Value | null)[] {
    const { input, output, opType } = node;
    if (this.#substitute === undefined || !input.some((name) => this.#derived.has(name))) return inputs;
    const [first] = inputs;
    if ((opType === "MatMul" || opType === "Gemm") && first && this.#derived.has(input[0] ?? "")) {
      this.#done = true;
      return inputs.with(0, this.#fitted(first, this.#substitute.value));
    }
    const { constants, weights } = this.#model;
    const isKnown = (name: string, i: number): boolean =>
      this.#derived.has(name) || constants.has(name) || weights.has(name) || name === "" || this.#isConstant(inputs[i]);
    if (input.every(isKnown)) for (const name of output) this.#derived.add(name);
    return inputs;
  }

  /** @throws Refusal if there was nothing to replace */
  check(): void {
    if (this.#substitute === undefined || this.#done) return;
    refuse({
      code: "onnx-input",
      at: { file: this.#model.file, part: this.#substitute.input },
      message: "the model does not put this input through a matrix product",
      help: EXPORT_AGAIN,
    });
  }

  #isConstant(value: Value | null | undefined): boolean {
    return value !== null && value !== undefined && this.#b.constantOf(value) !== undefined;
  }

  #fitted(computed: Value, value: Value): Value {
    const { shape } = computed;
    const repeats = shape.every((size, axis) => value.shape[axis] === size || (axis === 0 && value.shape[axis] === 1));
    if (repeats && shape.length === value.shape.length) return this.#b.expand(value, shape);
    return refuse({
      code: "onnx-input",
      at: { file: this.#model.file, part: this.#substitute?.input ?? "" },
      message: `the model computes ${printType(computed)} of it, but is given ${printType(value)}`,
      help: "check that config.json and the model belong together",
    });
  }
}
