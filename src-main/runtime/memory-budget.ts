// How much memory the networks of a process may take together.

import { freemem, totalmem } from "node:os";
import type { DeviceName } from "../common/device.ts";

/** The rest is for everything else on the machine. */
const SHARE = 0.9;

/**
 * Bytes. On the CPU: what is free now, and half of all memory in any case, since systems differ in what they call free.
 * Elsewhere no bound is known: the networks lie in the memory of the device, of which onnxruntime tells nothing.
 */
export function memoryBudget(device: DeviceName): number {
  if (device !== "cpu") return Infinity;
  // A container may be allowed less than the machine has; without a bound, this is 0 or more than all there is.
  const allowed = process.constrainedMemory();
  const total = allowed > 0 ? Math.min(totalmem(), allowed) : totalmem();
  return SHARE * Math.max(Math.min(freemem(), total), total / 2);
}
