// A sample as a graph: every input an input of the graph, the result its output, and the gradient by ⟨result, ct⟩.

import { appendGradient } from "../gradient.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { Graph, Value } from "../graph.ts";
import type { OpName } from "../op-list.ts";
import { opSamples, type Sample, type SampleInput } from "./op-samples.ts";

export interface SampleGraph {
  readonly name: string;
  readonly op: OpName;
  /** Outputs: `y`, and `gradient.N` for every input N to which a gradient flows. */
  readonly graph: Graph;
  /** Numbers for every input of the graph, the cotangent `ct` among them. */
  readonly feeds: Readonly<Record<string, SampleInput>>;
  /** Names of the inputs that have a gradient. */
  readonly differentiable: readonly string[];
}

export function sampleGraphs(): SampleGraph[] {
  // Object.entries widens the keys, which are operator names, and forgets that a sample belongs to its operator.
  const all = Object.entries(opSamples) as [OpName, readonly Sample<OpName>[]][];
  return all.flatMap(([op, samples]) => samples.map((sample, i) => build(op, sample, `${op} ${i}`)));
}

function build(op: OpName, sample: Sample<OpName>, name: string): SampleGraph {
  const b = new GraphBuilder();
  const feeds: Record<string, SampleInput> = {};
  const inputs = sample.inputs.map((input, i) => {
    if (input === null) return null;
    feeds[`x${i}`] = input;
    return b.input(`x${i}`, input.dtype, input.shape);
  });
  const y = b.append(op, inputs, sample.attributes);
  b.output("y", y);
  const differentiable: string[] = [];
  if (y.dtype === "float32") {
    const ct = b.input("ct", "float32", y.shape);
    // Irrational again, another phase: no symmetry of an operator can hide a wrong factor.
    const numbers = y.shape.reduce((n, size) => n * size, 1);
    feeds["ct"] = { dtype: "float32", shape: y.shape, data: cotangent(numbers) };
    const targets = inputs.filter((input): input is Value => input?.dtype === "float32");
    for (const [i, gradient] of appendGradient(b, [{ value: y, cotangent: ct }], targets).entries()) {
      const target = targets[i];
      if (gradient === null || target === undefined) continue;
      b.output(`gradient.${target.name}`, gradient);
      differentiable.push(target.name);
    }
  }
  return { name, op, graph: b.build(), feeds, differentiable };
}

function cotangent(count: number): Float64Array {
  return new Float64Array(count).map((_, i) => (((i + 1) * 0.7548776662466927) % 1) * 2 - 0.9);
}
