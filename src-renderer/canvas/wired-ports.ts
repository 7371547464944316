// Which ports of each node have a wire. Counted once for each set of wires, because every drag asks.

import type { Workflow } from "../../src-main/common/workflow.ts";

type Edges = Workflow["graph"]["edges"];

const known = new WeakMap<Edges, ReadonlyMap<string, string>>();

/** By node: its ports with a wire, as `i:NAME` and `o:NAME`, in a stable order. */
export function wiredPorts(edges: Edges): ReadonlyMap<string, string> {
  const found = known.get(edges) ?? countPorts(edges);
  known.set(edges, found);
  return found;
}

function countPorts(edges: Edges): ReadonlyMap<string, string> {
  const ends = Object.values(edges).flatMap(
    ({ from, to }) =>
      [
        [from.node, `o:${from.port}`],
        [to.node, `i:${to.port}`],
      ] as const,
  );
  const byNode = Map.groupBy(ends, ([node]) => node);
  return new Map([...byNode].map(([node, list]) => [node, [...new Set(list.map(([, port]) => port))].join(" ")]));
}
