// What was computed from texts, kept while memory for it lasts: the one that was not needed for longest goes first, and is computed
// again when it is needed. One pass of a text encoder is little beside the sampling steps of the picture that it is for.

export interface TextStore<Value> {
  readonly get: (text: string) => Value | undefined;
  readonly set: (text: string, value: Value) => void;
  /** Texts that are kept now. */
  readonly texts: () => readonly string[];
}

/**
 * Bytes of texts in all, for one network: the prompts of a batch of 64 of Stable Diffusion 1.5. A larger store would hardly save time, for prompts are
 * drawn anew at each step, and would take a model of 8 GB over its memory.
 */
export const TEXT_BUDGET = 16 * 2 ** 20;

/** @param bytesOf a value; one that is larger than the budget is kept until the next one */
export function createTextStore<Value>(bytesOf: (value: Value) => number, budget = TEXT_BUDGET): TextStore<Value> {
  // In the order of their last use.
  const kept = new Map<string, Value>();
  let bytes = 0;
  return {
    get(text) {
      const value = kept.get(text);
      if (value === undefined) return undefined;
      kept.delete(text);
      kept.set(text, value);
      return value;
    },
    set(text, value) {
      const before = kept.get(text);
      if (before !== undefined) bytes -= bytesOf(before);
      kept.delete(text);
      kept.set(text, value);
      bytes += bytesOf(value);
      for (const [oldest, old] of kept) {
        if (bytes <= budget || oldest === text) break;
        kept.delete(oldest);
        bytes -= bytesOf(old);
      }
    },
    texts: () => [...kept.keys()],
  };
}

/** Bytes that are kept of so many texts at most. */
export function textBytes(count: number, bytesOfOne: number): number {
  return Math.min(count * bytesOfOne, Math.max(TEXT_BUDGET, bytesOfOne));
}
