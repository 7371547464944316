// How deep a value of others is nested: what walks it calls itself, and a stack has an end.

/** Deeper than anything that this program writes, and far from the end of any stack. */
export const DEEPEST = 200;

/** Whether lists and objects lie in each other more than `DEEPEST` times. Takes time with the size of the value, and no stack. */
export function isTooDeep(value: unknown): boolean {
  let level = [value].filter(isNested);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    const next: object[] = [];
    for (const one of level) {
      // Numbers in bulk are no level of their own, and there may be millions.
      if (ArrayBuffer.isView(one)) continue;
      for (const item of Object.values(one)) if (isNested(item)) next.push(item);
    }
    level = next;
  }
  return false;
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
