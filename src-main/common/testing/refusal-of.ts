// The refusal that something ends in.

import { type Diagnostic, Refusal } from "../diagnostic.ts";

/** @throws Error if nothing is refused */
export function refusalOf(action: () => unknown): Refusal {
  try {
    action();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** What is refused; nothing if it is not. */
export function diagnosticsOf(action: () => unknown): readonly Diagnostic[] {
  try {
    action();
  } catch (error) {
    if (error instanceof Refusal) return error.diagnostics;
    throw error;
  }
  return [];
}

/** Of what takes its time; `undefined` if it is not refused. */
export async function refusalOfWork(work: () => unknown): Promise<Refusal | undefined> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  return undefined;
}
