// Does several things that may be refused, and reports the faults of all of them together.

import { type Diagnostic, Refusal } from "./diagnostic.ts";

type Results<Tasks> = { readonly [Name in keyof Tasks]: Tasks[Name] extends () => infer Result ? Result : never };

/** @throws Refusal with the diagnostics of every task that was refused; what two of them share is told once */
export function gather<Tasks extends Readonly<Record<string, () => unknown>>>(tasks: Tasks): Results<Tasks> {
  const faults: Diagnostic[] = [];
  const entries = Object.entries(tasks).map(([name, task]) => {
    try {
      return [name, task()];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      faults.push(...error.diagnostics);
      return [name, undefined];
    }
  });
  const told = new Map(faults.map((fault) => [JSON.stringify(fault), fault]));
  if (told.size > 0) throw new Refusal([...told.values()]);
  // No task was refused, so every name has its task's result.
  return Object.fromEntries(entries) as Results<Tasks>;
}
