// Sinusoidal timestep embedding (Ho et al. 2020, arXiv:2006.11239) and the two linear layers after it.

import type { Value } from "../../compiler/graph.ts";
import { linear, silu } from "../layers.ts";
import type { Scope } from "../scope.ts";

export interface TimestepProjection {
  /** Width of the sinusoid: half sines, half cosines. */
  readonly width: number;
  /** Cosines first, as Stable Diffusion has it. */
  readonly flip: boolean;
  readonly shift: number;
}

/** @param timestep float32 [batch] or [1] → [batch or 1, width]; frequencies 10000^(−i / (width/2 − shift)) */
export function timestepSinusoid({ b }: Scope, timestep: Value, { width, flip, shift }: TimestepProjection): Value {
  const half = width / 2;
  const frequencies = Float64Array.from({ length: half }, (_, i) => Math.exp((-Math.log(10000) * i) / (half - shift)));
  const angles = b.mul(b.reshape(timestep, [timestep.shape[0] ?? 1, 1]), b.constant("float32", [1, half], frequencies));
  const [sines, cosines] = [b.op("Sin", [angles], {}), b.op("Cos", [angles], {})];
  return b.concat(flip ? [cosines, sines] : [sines, cosines], 1);
}

/** linear_1, SiLU, linear_2 */
export function timestepEmbedding(scope: Scope, sinusoid: Value, width: number): Value {
  return linear(scope.at("linear_2"), silu(scope, linear(scope.at("linear_1"), sinusoid, width)), width);
}
