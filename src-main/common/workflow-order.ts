// The order in which nodes can be computed, and the cycles that leave some without one.

import type { Wire } from "./workflow-wires.ts";

export interface WorkflowOrder {
  /** Every node after those that feed it; nodes on or behind a cycle are missing. */
  readonly order: readonly string[];
  /** Each along its wires; no two share a node. At most 20. */
  readonly cycles: readonly (readonly string[])[];
}

/** Whoever has removed so many will look again. */
const MOST_CYCLES = 20;

export function orderNodes(nodes: readonly string[], wires: readonly Wire[]): WorkflowOrder {
  const order = peel(nodes, wires);
  const done = new Set(order);
  let rest = nodes.filter((id) => !done.has(id));
  const cycles: string[][] = [];
  while (rest.length > 0 && cycles.length < MOST_CYCLES) {
    const cycle = findCycle(rest, wires);
    cycles.push(cycle);
    const closed = new Set(cycle);
    const left = rest.filter((id) => !closed.has(id));
    const free = new Set(peel(left, wires));
    rest = left.filter((id) => !free.has(id));
  }
  return { order, cycles };
}

/** Takes away nodes that nothing left feeds, until none is left that way; wires from outside the list do not count. */
function peel(nodes: readonly string[], wires: readonly Wire[]): string[] {
  const list = new Set(nodes);
  const inside = wires.filter(({ from, to }) => list.has(from.node) && list.has(to.node));
  const outgoing = Map.groupBy(inside, ({ from }) => from.node);
  const waiting = new Map(nodes.map((id) => [id, 0]));
  for (const { to } of inside) waiting.set(to.node, (waiting.get(to.node) ?? 0) + 1);
  const order = nodes.filter((id) => waiting.get(id) === 0);
  // The list grows while it is walked.
  for (const id of order) {
    for (const { to } of outgoing.get(id) ?? []) {
      const left = (waiting.get(to.node) ?? 0) - 1;
      waiting.set(to.node, left);
      if (left === 0) order.push(to.node);
    }
  }
  return order;
}

/** @param nodes of which each is fed by another of them */
function findCycle(nodes: readonly string[], wires: readonly Wire[]): string[] {
  const list = new Set(nodes);
  const feeder = new Map(
    wires.flatMap(({ from, to }) => (list.has(from.node) && list.has(to.node) ? [[to.node, from.node]] : [])),
  );
  // A set keeps the order in which it was filled.
  const walked = new Set<string>();
  let id = nodes[0];
  while (id !== undefined && !walked.has(id)) {
    walked.add(id);
    id = feeder.get(id);
  }
  const path = [...walked];
  if (id === undefined) throw new Error(`nothing feeds ${path.at(-1)}, so it has a place in the order`);
  return path.slice(path.indexOf(id)).toReversed();
}
