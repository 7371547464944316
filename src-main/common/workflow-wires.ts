// The wires that count: muted nodes are left out, bypassed ones hand on what they get.

import type { PortKind } from "./port-type.ts";
import type { NodeTypes } from "./workflow-node-type.ts";
import { own, sortedIds, type PortEnd, type Workflow } from "./workflow.ts";

export interface Wire {
  readonly from: PortEnd;
  readonly to: PortEnd;
}

/** Wires between nodes that exist and are on, from true source to target, in the order of their ids. */
export function activeWires({ graph }: Workflow, types: NodeTypes): Wire[] {
  const edges = sortedIds(graph.edges).flatMap((id) => own(graph.edges, id) ?? []);
  const into = Map.groupBy(edges, ({ to }) => to.node);

  function source(from: PortEnd, seen: ReadonlySet<string> = new Set()): PortEnd | undefined {
    const node = own(graph.nodes, from.node);
    if (node === undefined || node.mode === "muted" || seen.has(from.node)) return undefined;
    if (node.mode === undefined) return from;
    const type = types.get(node.type);
    const kind = type && own(type.outputs, from.port)?.kind;
    const wire = into.get(from.node)?.find(({ to }) => type && isOfKind(own(type.inputs, to.port)?.kind, kind));
    return wire && source(wire.from, new Set([...seen, from.node]));
  }

  return edges.flatMap(({ from, to }) => {
    const target = own(graph.nodes, to.node);
    if (target === undefined || target.mode !== undefined) return [];
    const actual = source(from);
    return actual === undefined ? [] : [{ from: actual, to }];
  });
}

function isOfKind(kind: PortKind | undefined, wanted: PortKind | undefined): boolean {
  return kind !== undefined && kind === wanted;
}
