// What is computed, as plain data: typed calls that feed one another, optimizers that change parameters, and what is written when.
// Nodes emit it, a run keeps it, and everything that runs is made from it.

import { z } from "zod";
import { sink } from "./sink.ts";
import { update, type Update } from "./update.ts";

/** Of a call: the node that asked for it, and what it is of that node. */
export const ref = z.string().regex(/^[A-Za-z0-9][\w.-]{0,191}$/, "a call is named by letters, digits, _, - and .");
export type Ref = z.output<typeof ref>;

const inputName = z.string().regex(/^[A-Za-z]\w{0,63}$/, "an input's name is a letter, then letters, digits and _");

export const call = z.strictObject({
  /** The function's name. */
  fn: z.string().max(64),
  /** What feeds it: one call, or several where an input takes a list. */
  inputs: z.record(inputName, z.union([ref, z.array(ref).max(64)])).default({}),
  /** As the function's schema has them. */
  settings: z.record(z.string(), z.json()).default({}),
  /** The nodes that ask for it: nodes that say the same share one call. */
  nodes: z.array(z.string()).default([]),
});
export type Call = z.output<typeof call>;

export const PROGRAM_FORMAT = "reneg-program";

export const program = z.strictObject({
  format: z.literal(PROGRAM_FORMAT),
  formatVersion: z.literal(1),
  calls: z.record(ref, call),
  /** By the node that optimizes. */
  updates: z.record(ref, update),
  /** By the node that asks for it. */
  sinks: z.record(ref, sink),
});
export type Program = z.output<typeof program>;

/** Whether a file says that it is a program. */
export function isProgram(json: unknown): boolean {
  return typeof json === "object" && json !== null && "format" in json && json.format === PROGRAM_FORMAT;
}

/** The calls that feed one directly, in the order of its inputs. */
export function feeding({ inputs }: Call): Ref[] {
  return Object.values(inputs).flat();
}

/** @throws Error for a call that the program does not have: programs are checked where they enter */
export function callOf({ calls }: Pick<Program, "calls">, name: Ref): Call {
  const found = Object.hasOwn(calls, name) ? calls[name] : undefined;
  if (found === undefined) throw new Error(`the program has no call ${name}`);
  return found;
}

/** The calls that `roots` depend on, themselves included, each after those that feed it. @throws Error in a circle */
export function callsBelow(program: Pick<Program, "calls">, roots: readonly Ref[]): Ref[] {
  const done = new Set<Ref>();
  // A row of calls may be longer than the stack is high.
  const open = new Map<Ref, Ref[]>();
  const begin = (name: Ref): void => void open.set(name, feeding(callOf(program, name)).toReversed());
  for (const root of roots) {
    if (!done.has(root)) begin(root);
    const path = [root];
    while (open.size > 0) {
      const name = path.at(-1) ?? root;
      const next = open.get(name)?.pop();
      if (next === undefined) {
        open.delete(name);
        done.add(name);
        path.pop();
        continue;
      }
      if (done.has(next)) continue;
      if (open.has(next)) throw new Error(`the calls of the program run in a circle through ${next}`);
      begin(next);
      path.push(next);
    }
  }
  return [...done];
}

/** The optimizer that a run is told by: the one with the most steps, the first of those. @throws Error for a program that learns nothing */
export function leadOf({ updates }: Pick<Program, "updates">): { readonly name: Ref; readonly update: Update } {
  const [first, ...others] = Object.entries(updates);
  if (first === undefined) throw new Error("the program learns nothing");
  const [name, found] = others.reduce(
    (lead, one) => (one[1].settings.steps > lead[1].settings.steps ? one : lead),
    first,
  );
  return { name, update: found };
}

/** Of a run: as many as the longest of its optimizers has. */
export function stepsOf(program: Pick<Program, "updates">): number {
  return leadOf(program).update.settings.steps;
}
