// A program of its own, since a driver that is broken may take its process along: runs the operator samples on a device, which
// must not leave any of them to the CPU, and prints a line of JSON for each.
// Arguments: the device, then the outputs to leave out, as `SAMPLE/OUTPUT`.

import { deviceName } from "../../common/device.ts";
import { Refusal } from "../../common/diagnostic.ts";
import { opRule } from "../../compiler/ops/index.ts";
import { sampleGraphs } from "../../compiler/testing/build-sample.ts";
import { compareOperator, withOutputs } from "./compare-operator.ts";

const [device, ...excluded] = process.argv.slice(2);
const leftOut = new Set(excluded);
// Graphs have onnxruntime's own operators on the CPU alone: on WebGPU its MultiHeadAttention is off by a third with several heads.
const samples = sampleGraphs().filter(({ op }) => opRule(op).domain === undefined || opRule(op).expand !== undefined);
for (const sample of samples) {
  const included = withOutputs(sample, (output) => !leftOut.delete(`${sample.name}/${output}`));
  if (included.graph.outputs.size === 0) continue;
  console.log(JSON.stringify({ sample: sample.name, op: sample.op, ...(await compare(included)) }));
}
if (leftOut.size > 0) throw new Error(`no operator sample has these outputs: ${[...leftOut].join(", ")}`);

async function compare(
  sample: ReturnType<typeof withOutputs>,
): Promise<{ readonly errors: Readonly<Record<string, number>> } | { readonly fault: string }> {
  try {
    return { errors: await compareOperator(sample, { device: deviceName.parse(device), allowCpuFallback: false }) };
  } catch (error) {
    if (error instanceof Refusal) return { fault: error.message };
    throw error;
  }
}
