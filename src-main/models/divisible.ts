// Widths that have to divide into equal groups or heads: a network is built of whole numbers, or not at all.

import type { z } from "zod";

/** @param partsOf the numbers of parts by the key of the config that tells them, for each level */
export function refuseIndivisible(
  context: z.RefinementCtx,
  widths: readonly number[],
  partsOf: (level: number) => Readonly<Record<string, number>>,
): void {
  for (const [level, width] of widths.entries()) {
    for (const [key, parts] of Object.entries(partsOf(level))) {
      if (width % parts === 0) continue;
      const message = `a width of ${width} does not divide by ${parts}`;
      context.addIssue({ code: "custom", path: [key], message });
    }
  }
}
