// Whether both sides have computed the same: before that no time is believed.

import { join } from "node:path";
import { computesInHalf, type DeviceName } from "../../src-main/common/device.ts";
import { readTensors } from "../../src-main/weights/safetensors.ts";
import { relativeError } from "../parity/compare.ts";
import { OURS, peerResults } from "./exchange.ts";
import type { Agreement } from "./results.ts";

/** max |a − b| / max |b|. Half floats round by 5·10⁻⁴ in each product, differently in each order of sums. */
export function agreesWithin(device: DeviceName): number {
  return computesInHalf(device) ? 0.1 : 1e-4;
}

/** @param variants in the order in which the peer was asked for them */
export function compareResults(folder: string, variants: readonly string[]): readonly Agreement[] {
  const ours = readTensors(join(folder, OURS));
  return variants.flatMap((variant, place) => {
    const theirs = readTensors(join(folder, peerResults(place)));
    const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    return [...names].map((tensor) => {
      const [a, b] = [ours[tensor], theirs[tensor]];
      const isComparable = a?.dtype === "float32" && b?.dtype === "float32" && a.data.length === b.data.length;
      const error = isComparable ? relativeError(a.data, b.data) : NaN;
      return { variant, tensor, error: Number.isFinite(error) ? error : null };
    });
  });
}

/** Half the precision is another thing to compute; on a device in half precision both sides have it. */
export function isOfSamePrecision(variant: string): boolean {
  return !variant.includes("bfloat16");
}

export function agrees({ error }: Agreement, device: DeviceName): boolean {
  return error !== null && error <= agreesWithin(device);
}
