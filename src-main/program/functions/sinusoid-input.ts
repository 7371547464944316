// The timestep as networks are told it, as an input of the graph: sines are exact on the host.

import { floatTensor } from "../../common/tensor.ts";
import type { Value } from "../../compiler/graph.ts";
import { sinusoidOf, type TimestepProjection } from "../../models/unet/timestep-embedding.ts";
import type { Lowering } from "../lowering.ts";
import type { Point } from "../values.ts";

/** → [1, width] */
export function sinusoidInput(
  lowering: Lowering,
  { sampler, offset, timestepOf }: Point,
  projection: TimestepProjection,
): Value {
  const { width, flip, shift } = projection;
  return lowering.input(`sinusoid ${sampler} ${offset} ${width} ${flip} ${shift}`, [1, width], {
    rate: "timestep",
    sampler,
    of: (index) => floatTensor([1, width], sinusoidOf(timestepOf(index + offset), projection)),
  });
}
