// Whether both halves of guidance are computed faster as one batch than one after the other, in one graph either way.

import type { DeviceName } from "../common/device.ts";
import { elementCount } from "../common/tensor.ts";
import type { OpenedModel } from "../program/values.ts";

/** Of the latents of one half, beyond which a processor has nothing but arithmetic to do and larger results leave its caches: docs/benchmarks.md. */
const MOST_PLACES = 1024;

export function paysAtOnce(device: DeviceName, batch: number, { latent }: Pick<OpenedModel, "latent">): boolean {
  const [, ...places] = latent;
  return device !== "cpu" || batch * elementCount(places) <= MOST_PLACES;
}
