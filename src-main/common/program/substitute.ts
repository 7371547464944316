// A value with other calls in the place of some that it depends on: the same image of other prompts, or under another negative.

import { type Call, callOf, callsBelow, type Program, type Ref } from "./program.ts";

type Calls = Program["calls"];

export interface Substituted {
  /** The program's calls, and those that differ. */
  readonly calls: Calls;
  readonly ref: Ref;
}

/**
 * @param root the value
 * @param replacements by the call that is replaced, the call that takes its place
 * @param label ends the names of the calls that are new
 */
export function substitute(
  program: Pick<Program, "calls">,
  root: Ref,
  replacements: ReadonlyMap<Ref, Ref>,
  label: string,
): Substituted {
  const calls: Calls = { ...program.calls };
  const ref = rewrite(program, root, replacements, (name, call) => {
    const fresh = `${name}.${label}`;
    calls[fresh] = call;
    return fresh;
  });
  return { calls, ref };
}

/** @param make adds a call that differs from the one of that name, and says what it is called */
export function rewrite(
  program: Pick<Program, "calls">,
  root: Ref,
  replacements: ReadonlyMap<Ref, Ref>,
  make: (name: Ref, call: Call) => Ref,
): Ref {
  const renamed = new Map<Ref, Ref>(replacements);
  for (const name of callsBelow(program, [root])) {
    if (renamed.has(name)) continue;
    const call = callOf(program, name);
    const inputs = mapInputs(call.inputs, (source) => renamed.get(source) ?? source);
    if (JSON.stringify(inputs) === JSON.stringify(call.inputs)) continue;
    renamed.set(name, make(name, { ...call, inputs }));
  }
  return renamed.get(root) ?? root;
}

function mapInputs(inputs: Call["inputs"], rename: (name: Ref) => Ref): Call["inputs"] {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, source]) => [
      name,
      typeof source === "string" ? rename(source) : source.map(rename),
    ]),
  );
}
