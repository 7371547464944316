// Sinusoidal timestep embedding (Ho et al. 2020, arXiv:2006.11239) and the two linear layers after it.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { linear, silu } from "../layers.ts";
import type { Scope } from "../scope.ts";
import type { UnetConfig } from "./unet-config.ts";

export interface TimestepProjection {
  /** Width of the sinusoid: half sines, half cosines. */
  readonly width: number;
  /** Cosines first, as Stable Diffusion has it. */
  readonly flip: boolean;
  readonly shift: number;
}

export function timestepProjection(
  config: Pick<UnetConfig, "block_out_channels" | "flip_sin_to_cos" | "freq_shift">,
): TimestepProjection {
  const { block_out_channels: channels, flip_sin_to_cos: flip, freq_shift: shift } = config;
  return { width: at(channels, 0), flip, shift };
}

/**
 * The sinusoid of one timestep [1, width], computed here in double precision: GPUs promise little for the sine of
 * numbers beyond π, and timesteps go up to 999.
 */
export function sinusoidOf(timestep: number, { width, flip, shift }: TimestepProjection): Float32Array {
  const angles = frequencies(width, shift).map((frequency) => timestep * frequency);
  const [sines, cosines] = [angles.map(Math.sin), angles.map(Math.cos)];
  return Float32Array.from(flip ? [...cosines, ...sines] : [...sines, ...cosines]);
}

/** @param timestep float32 [batch] or [1] → [batch or 1, width]; frequencies 10000^(−i / (width/2 − shift)) */
export function timestepSinusoid({ b }: Scope, timestep: Value, { width, flip, shift }: TimestepProjection): Value {
  const scales = b.constant("float32", [1, width / 2], frequencies(width, shift));
  const angles = b.mul(b.reshape(timestep, [timestep.shape[0] ?? 1, 1]), scales);
  const [sines, cosines] = [b.op("Sin", [angles], {}), b.op("Cos", [angles], {})];
  return b.concat(flip ? [cosines, sines] : [sines, cosines], 1);
}

/** linear_1, SiLU, linear_2 */
export function timestepEmbedding(scope: Scope, sinusoid: Value, width: number): Value {
  return linear(scope.at("linear_2"), silu(scope, linear(scope.at("linear_1"), sinusoid, width)), width);
}

/** 10000^(−i / (width/2 − shift)) */
function frequencies(width: number, shift: number): Float64Array {
  const half = width / 2;
  return Float64Array.from({ length: half }, (_, i) => Math.exp((-Math.log(10000) * i) / (half - shift)));
}
