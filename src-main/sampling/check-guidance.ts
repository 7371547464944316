// Whether a negative has an effect on what is drawn.

import type { Diagnostic } from "../common/diagnostic.ts";

/** @returns a warning where a negative is drawn with that has no effect */
export function checkDrawnNegative(guidance: number, at: Diagnostic["at"]): Diagnostic[] {
  if (guidance > 1) return [];
  return [
    {
      severity: "warning",
      code: "guidance-none",
      at,
      message: `at a guidance of ${guidance} the negative has no effect`,
      help: "raise the guidance; 7.5 is usual",
    },
  ];
}
