// What a run writes, by the nodes that ask for it.

import type { Diagnostic } from "../src-main/common/diagnostic.ts";
import type { Sink } from "../src-main/common/program/sink.ts";

export interface NodeSinks {
  readonly id: string;
  /** The first goes by the node's id, others by that and their kind. */
  readonly sinks: readonly Sink[];
}

export function collectSinks(nodes: readonly NodeSinks[]) {
  const sinks: Record<string, Sink> = {};
  const faults: Diagnostic[] = [];
  /** What only one node may decide, and which does. */
  const decided = new Map<string, { readonly node: string; readonly sink: Sink }>();
  for (const { id, sinks: asked } of nodes) {
    for (const [i, wanted] of asked.entries()) {
      const name = i === 0 ? id : `${id}.${wanted.kind}`;
      const first = keysOf(wanted).flatMap((key) => decided.get(key) ?? [])[0];
      // Two nodes may say the same of checkpoints, which there is one set of.
      if (wanted.kind === "checkpoints" && first !== undefined && isSame(first.sink, wanted)) continue;
      if (first !== undefined) faults.push(decidedTwice(id, wanted, first.node, first.sink));
      for (const key of keysOf(wanted)) decided.set(key, { node: id, sink: wanted });
      sinks[name] = wanted;
    }
  }
  return { sinks, faults };
}

function keysOf(wanted: Sink): string[] {
  if (wanted.kind === "save") return [`parameter ${wanted.parameter}`, `file ${wanted.file}`];
  return wanted.kind === "checkpoints" ? ["checkpoints"] : [];
}

/** Sinks are plain data, made by the same code in the same order of keys. */
function isSame(a: Sink, b: Sink): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function decidedTwice(node: string, wanted: Sink, other: string, first: Sink): Diagnostic {
  const isFile = wanted.kind === "save" && first.kind === "save" && wanted.parameter !== first.parameter;
  const what = wanted.kind === "save" ? "where it is saved" : "the checkpoints of the run";
  return {
    severity: "error",
    code: "decided-twice",
    at: { node, ...(isFile ? { param: "name" } : {}) },
    message: isFile ? `this node and ${other} both write ${wanted.file}` : `this node and ${other} both decide ${what}`,
    notes: [{ at: { node: other }, message: "is the other one" }],
    help: isFile ? "give each a name of its own" : "remove or mute one of the two, or set both alike",
  };
}
