// Runs a sample of an operator on a device and measures how far it is from the operator's definition in float64.

import type { Tensor } from "../../common/tensor.ts";
import { evaluateGraph } from "../../compiler/evaluate-graph.ts";
import type { Constant, Graph } from "../../compiler/graph.ts";
import { encodeModel } from "../../compiler/onnx/encode-model.ts";
import type { SampleGraph } from "../../compiler/testing/build-sample.ts";
import type { SampleInput } from "../../compiler/testing/op-samples.ts";
import { prepareGraph } from "../graph-session.ts";
import type { SessionOptions } from "../session-options.ts";
import { createSession } from "../session.ts";

/**
 * For every output of the sample (`y`, and `gradient.N` for the input N) the largest absolute difference as a share of the
 * largest value of the output. NaN where the shape is wrong.
 */
export async function compareOperator(
  { name, graph, feeds }: Pick<SampleGraph, "name" | "graph" | "feeds">,
  options: Pick<SessionOptions, "device" | "allowCpuFallback">,
): Promise<Record<string, number>> {
  const model = encodeModel(prepareGraph(graph, options.device).graph, { locate: (file) => file });
  const session = await createSession(model, { ...options, stage: name });
  const results = await session.run(mapValues(feeds, toTensor));
  await session.release();
  const expected = evaluateGraph(graph, mapValues(feeds, rounded));
  return mapValues(Object.fromEntries(expected), (constant, output) => relativeError(results[output], constant));
}

/** The sample with only some of its outputs. */
export function withOutputs(
  sample: SampleGraph,
  keep: (output: string) => boolean,
): { name: string; graph: Graph; feeds: SampleGraph["feeds"] } {
  const outputs = new Map([...sample.graph.outputs].filter(([output]) => keep(output)));
  return { ...sample, graph: { ...sample.graph, outputs } };
}

function relativeError(result: Tensor | undefined, expected: Constant): number {
  if (result?.shape.join() !== expected.shape.join()) return NaN;
  const found = Array.from<number | bigint, number>(result.data, Number);
  const scale = expected.data.reduce((largest, n) => Math.max(largest, Math.abs(n)), 1e-3);
  return expected.data.reduce((largest, n, i) => Math.max(largest, Math.abs(n - (found[i] ?? NaN))), 0) / scale;
}

/** The numbers that the device gets, so that their rounding is not counted as its error. */
function rounded({ dtype, data }: SampleInput): Float64Array {
  return dtype === "float32" ? data.map(Math.fround) : data;
}

function toTensor({ dtype, shape, data }: SampleInput): Tensor {
  switch (dtype) {
    case "float32":
      return { dtype, shape, data: Float32Array.from(data) };
    case "int64":
      return { dtype, shape, data: BigInt64Array.from(Array.from(data, BigInt)) };
    case "bool":
      return { dtype, shape, data: Uint8Array.from(data) };
    default:
      throw new Error(`no operator sample has inputs of type ${dtype}`);
  }
}

function mapValues<V, R>(record: Readonly<Record<string, V>>, f: (value: V, key: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value, key)]));
}
