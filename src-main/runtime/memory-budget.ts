// How much memory the networks of a process may take together.

import { freemem } from "node:os";
import type { DeviceName } from "../common/device.ts";
import { keepsFreedMemory } from "./allocator-environment.ts";
import { totalMemory } from "./total-memory.ts";

/** The rest is for everything else on the machine, and for the gaps between what is in use where freed memory is kept. */
const SHARE = { keeping: 0.85, returning: 0.9 };

/**
 * Bytes. On the CPU: what is free now, and half of all memory in any case, since systems differ in what they call free.
 * Elsewhere no bound is known: the networks lie in the memory of the device, of which onnxruntime tells nothing.
 */
export function memoryBudget(device: DeviceName): number {
  if (device !== "cpu") return Infinity;
  const total = totalMemory();
  const share = keepsFreedMemory(total) ? SHARE.keeping : SHARE.returning;
  return share * Math.max(Math.min(freemem(), total), total / 2);
}

/** Bytes that may be used whatever else runs: what is decided by them is decided again in the same way, as where a run is resumed. */
export function steadyMemoryBudget(device: DeviceName): number {
  return device === "cpu" ? steadyShareOf(totalMemory()) : Infinity;
}

/** What everything else keeps for itself: a desktop with a browser takes about as much on a small machine as on a large one. */
const LEFT = { share: 0.3, least: 4 * 2 ** 30 };

/** @param total bytes that the machine has */
export function steadyShareOf(total: number): number {
  return total - Math.min(total / 2, Math.max(LEFT.share * total, LEFT.least));
}
