// Which sessions stay loaded: as many as memory has room for. Those that were not used for the longest time go first.

import { type MemoryEstimate, weightBytes } from "../compiler/memory.ts";

/** Node, onnxruntime and what a run keeps besides its networks, in bytes: measured, see docs/benchmarks.md. */
const PROCESS_BYTES = 160 * 2 ** 20;
/** What a session takes for its graph: operators, names, the model's own bytes. */
const SESSION_BYTES = 16 * 2 ** 20;

export class Residency<Key> {
  readonly #budget: number;
  /** In the order of their last use. */
  readonly #loaded = new Map<Key, MemoryEstimate>();
  #peak = 0;

  /** @param budget bytes that everything together may take */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** The most bytes in use at once so far. */
  get peak(): number {
    return this.#peak;
  }

  /** Makes room for a run of `key`. @returns what has to be released before */
  admit(key: Key, memory: MemoryEstimate): Key[] {
    const isNew = !this.#loaded.delete(key);
    this.#loaded.set(key, memory);
    const own = Math.max(memory.activations, isNew ? memory.loading - memory.folded : 0);
    const released: Key[] = [];
    for (const idle of this.#loaded.keys()) {
      if (idle === key || this.#resident() + own <= this.#budget) break;
      this.#loaded.delete(idle);
      released.push(idle);
    }
    this.#peak = Math.max(this.#peak, this.#resident() + own);
    return released;
  }

  /** What is released without need for its room. */
  forget(key: Key): void {
    this.#loaded.delete(key);
  }

  #resident(): number {
    const estimates = [...this.#loaded.values()];
    // Sessions share the pages of a weight that several of them read.
    const mapped = weightBytes(estimates.flatMap((estimate) => estimate.mapped));
    const folded = estimates.reduce((sum, estimate) => sum + estimate.folded + SESSION_BYTES, 0);
    return PROCESS_BYTES + mapped + folded;
  }
}

/**
 * Follows stages through as many rounds, one after the other: in the second it shows whether everything stayed, and early stages run
 * beside late ones.
 */
export function followStages(
  memories: readonly MemoryEstimate[],
  budget: number,
  rounds: number,
): { readonly peak: number; readonly staysLoaded: boolean } {
  const residency = new Residency<number>(budget);
  let staysLoaded = true;
  for (let round = 0; round < rounds; round++) {
    for (const [i, memory] of memories.entries()) if (residency.admit(i, memory).length > 0) staysLoaded = false;
  }
  return { peak: residency.peak, staysLoaded };
}
