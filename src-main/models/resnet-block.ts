// The residual block of the UNet and of the autoencoder: twice norm, SiLU, 3×3 convolution; the time enters between.

import type { Value } from "../compiler/graph.ts";
import { at } from "../compiler/shapes.ts";
import { conv2d, groupNorm, linear, silu } from "./layers.ts";
import type { Scope } from "./scope.ts";

export interface ResnetOptions {
  readonly out: number;
  readonly groups: number;
  readonly epsilon: number;
  /** [batch or 1, width], after its SiLU; the autoencoder has none. */
  readonly time: Value | null;
}

/** x [batch, channels, height, width] → [batch, out, height, width] */
export function resnetBlock(scope: Scope, x: Value, { out, groups, epsilon, time }: ResnetOptions): Value {
  const { b } = scope;
  const normed = silu(scope, groupNorm(scope.at("norm1"), x, { groups, epsilon }));
  let hidden = conv2d(scope.at("conv1"), normed, out, { kernel: 3, padding: 1 });
  if (time !== null) {
    const shift = linear(scope.at("time_emb_proj"), time, out);
    hidden = b.add(hidden, b.reshape(shift, [at(shift.shape, 0), out, 1, 1]));
  }
  const again = silu(scope, groupNorm(scope.at("norm2"), hidden, { groups, epsilon }));
  const branch = conv2d(scope.at("conv2"), again, out, { kernel: 3, padding: 1 });
  const shortcut = at(x.shape, 1) === out ? x : conv2d(scope.at("conv_shortcut"), x, out, { kernel: 1 });
  return b.add(shortcut, branch);
}

/**
 * Larger by repeating pixels, then a 3×3 convolution. `size` is [height, width]: twice that of `x`, or one less where
 * an odd size was halved on the way down.
 */
export function upsample(scope: Scope, x: Value, size: readonly [number, number]): Value {
  return conv2d(scope.at("conv"), nearest(scope, x, size), at(x.shape, 1), { kernel: 3, padding: 1 });
}

function nearest({ b }: Scope, x: Value, [height, width]: readonly [number, number]): Value {
  if (height === 2 * at(x.shape, 2) && width === 2 * at(x.shape, 3)) {
    return b.op("Resize", [x], {
      roi: [],
      scales: [1, 1, 2, 2],
      mode: "nearest",
      coordinate_transformation_mode: "asymmetric",
      nearest_mode: "floor",
    });
  }
  const pick = (from: Value, axis: number, count: number): Value => {
    const step = at(from.shape, axis) / count;
    const indices = Float64Array.from({ length: count }, (_, i) => Math.floor(i * step));
    return b.op("Gather", [from, b.constant("int64", [count], indices)], { axis });
  };
  return pick(pick(x, 2, height), 3, width);
}
