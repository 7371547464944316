// Reverse-mode differentiation: walk the graph backwards, one VJP rule for each operator.

import type { GraphBuilder } from "./graph-builder.ts";
import type { Node, Value } from "./graph.ts";
import { opRule } from "./ops/index.ts";

/** Where a gradient starts: a value and its cotangent, of the same shape. */
export interface Seed {
  readonly value: Value;
  readonly cotangent: Value;
}

/**
 * Append to `b` what computes the gradient of Σ ⟨seed.value, seed.cotangent⟩ to each target.
 * The answer is `null` for a target on which no seed depends (a symbolic zero).
 *
 * Only what lies between the targets and the seeds is visited: a value is active if it depends on a target
 * (forward) and a seed depends on it (backward).
 */
export function appendGradient(b: GraphBuilder, seeds: readonly Seed[], targets: readonly Value[]): (Value | null)[] {
  const forward = [...b.nodes];
  const active = dependents(forward, targets);
  const cotangents = new Map<string, Value>();
  const accumulate = (name: string, ct: Value): void => {
    const sum = cotangents.get(name);
    cotangents.set(name, sum === undefined ? ct : b.add(sum, ct));
  };
  for (const { value, cotangent } of seeds) if (active.has(value.name)) accumulate(value.name, cotangent);
  for (const node of forward.toReversed()) {
    const ct = cotangents.get(node.output);
    if (ct === undefined || !node.inputs.some((name) => name !== null && active.has(name))) continue;
    for (const [i, inputCt] of pullBack(b, node, ct).entries()) {
      const name = node.inputs[i];
      if (inputCt !== null && typeof name === "string" && active.has(name)) accumulate(name, inputCt);
    }
  }
  return targets.map((target) => cotangents.get(target.name) ?? null);
}

/** Names of the targets and of everything computed from them. */
function dependents(nodes: readonly Node[], targets: readonly Value[]): ReadonlySet<string> {
  const active = new Set(targets.map((target) => target.name));
  for (const node of nodes) {
    if (node.inputs.some((name) => name !== null && active.has(name))) active.add(node.output);
  }
  return active;
}

function pullBack(b: GraphBuilder, node: Node, ct: Value): readonly (Value | null)[] {
  const { vjp } = opRule(node.op);
  if (vjp === "no gradient") return [];
  const inputs = node.inputs.map((name) => (name === null ? null : b.value(name)));
  return vjp({ b, inputs, output: b.value(node.output), ct, attributes: node.attributes });
}
