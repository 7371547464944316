// Whether both halves of guidance are computed faster as one batch than one after the other, in one graph either way.

import type { DeviceName } from "../common/device.ts";
import { elementCount } from "../common/tensor.ts";
import type { OpenedModel } from "../program/values.ts";

/**
 * Of latents: those of 256×256, or of four images of 64×64 from a small pipeline. Beyond, a processor has hardly anything but arithmetic to
 * do, and needs more memory for two halves at once. Measured in docs/benchmarks.md.
 */
const MOST_PLACES = 32 ** 2;

export function paysAtOnce(device: DeviceName, batch: number, { latent }: Pick<OpenedModel, "latent">): boolean {
  const [, ...places] = latent;
  return device !== "cpu" || batch * elementCount(places) <= MOST_PLACES;
}
