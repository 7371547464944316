// How long one pass of a stage takes on its device.

import { elementCount, type Tensor, type TensorType } from "../common/tensor.ts";
import type { Graph } from "../compiler/graph.ts";
import type { Stage, StageSessions } from "./stage-sessions.ts";

/** @returns seconds of the second pass: the first one reads the weights from their files */
export async function measureStage(sessions: StageSessions, stage: Stage, graph: Graph): Promise<number> {
  const feeds = Object.fromEntries(graph.inputs.map((input) => [input.name, anyTensor(input)]));
  await sessions.run(stage, feeds);
  const start = performance.now();
  await sessions.run(stage, feeds);
  return (performance.now() - start) / 1000;
}

/** What is computed does not change how long it takes. Ones are token ids and a mask without gaps. */
function anyTensor({ dtype, shape }: TensorType): Tensor {
  const count = elementCount(shape);
  if (dtype === "float32") return { dtype, shape, data: new Float32Array(count).map((_, i) => Math.sin(i)) };
  if (dtype === "int64") return { dtype, shape, data: new BigInt64Array(count).fill(1n) };
  throw new Error(`no stage takes ${dtype}`);
}
