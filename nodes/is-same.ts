// Whether two fragments describe the same thing: computed alike from the same nodes.

/** Fragments are plain data, built by the same code in the same order of keys. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
