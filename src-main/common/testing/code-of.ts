// With which code something is refused.

import { Refusal } from "../diagnostic.ts";

/** `undefined` if it is not refused. */
export function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.diagnostics[0]?.code;
  }
  return undefined;
}
