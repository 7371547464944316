// What functions lower to, run by onnxruntime on the processor.

import { joinArrays } from "../../common/join-arrays.ts";
import { floatTensor, type FloatTensor } from "../../common/tensor.ts";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { createGraphSession } from "../../runtime/graph-session.ts";
import { Lowering } from "../lowering.ts";
import { pattern } from "./compute.ts";

type Floats = Readonly<Record<string, FloatTensor>>;

/** @param feeds of the inputs that are not the same for a whole run, by the names of the graph */
export async function runLowered(
  lower: (lowering: Lowering) => Readonly<Record<string, Value>>,
  feeds: Floats,
  { batch = 1, index = 0 }: { readonly batch?: number; readonly index?: number } = {},
): Promise<Floats> {
  const lowering = new Lowering({ batch, samplerEntry: () => ({ kind: "given" }) });
  for (const [name, value] of Object.entries(lower(lowering))) lowering.b.output(name, value);
  const all: Record<string, FloatTensor> = { ...feeds };
  for (const [name, feed] of lowering.feeds) {
    if (feed.rate === "run") all[name] = await feed.tensor();
    if (feed.rate === "timestep") all[name] = feed.of(index);
    if (feed.rate === "source") {
      const rows = await Promise.all(Array.from({ length: batch }, (_, i) => feed.of(i)));
      all[name] = floatTensor(lowering.b.value(name).shape, joinArrays(rows));
    }
  }
  return runGraph(lowering.b, all);
}

export async function runGraph(b: GraphBuilder, feeds: Floats): Promise<Floats> {
  const session = await createGraphSession(b.build(), { device: "cpu", stage: "test" });
  try {
    const outputs = Object.entries(await session.run(feeds));
    return Object.fromEntries(
      outputs.map(([name, tensor]) => {
        if (tensor.dtype !== "float32") throw new Error(`${name} is no float32`);
        return [name, tensor];
      }),
    );
  } finally {
    await session.release();
  }
}

export function patternTensor(shape: readonly number[], offset = 0): FloatTensor {
  return floatTensor(
    shape,
    pattern(
      shape.reduce((product, size) => product * size, 1),
      offset,
    ),
  );
}

/** max |a − b| / max |b| */
export function relativeError(a: FloatTensor | undefined, b: FloatTensor | undefined): number {
  if (a === undefined || b === undefined || a.shape.join() !== b.shape.join()) return NaN;
  let [difference, size] = [0, 0];
  for (const [i, value] of b.data.entries()) {
    difference = Math.max(difference, Math.abs((a.data[i] ?? NaN) - value));
    size = Math.max(size, Math.abs(value));
  }
  return difference / size;
}
