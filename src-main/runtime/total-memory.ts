import { totalmem } from "node:os";

/** Bytes that this process could have if nothing else ran. */
export function totalMemory(): number {
  // A container may be allowed less than the machine has; without a bound, this is 0 or more than all there is.
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(totalmem(), allowed) : totalmem();
}
