// Goes on where something was refused, and keeps why.

import { type Diagnostic, Refusal } from "../../common/diagnostic.ts";

export interface Attempt<Result> {
  /** `undefined` if it was refused. */
  readonly value: Result | undefined;
  readonly problems: readonly Diagnostic[];
}

export function attempt<Result>(task: () => Result): Attempt<Result> {
  try {
    return { value: task(), problems: [] };
  } catch (error) {
    if (error instanceof Refusal) return { value: undefined, problems: error.diagnostics };
    throw error;
  }
}
