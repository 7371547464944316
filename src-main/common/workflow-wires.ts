// The wires that count: muted nodes are left out, bypassed ones hand on what they get.

import { isKindOf, type ValueKind } from "./program/value-type.ts";
import type { NodeTypes } from "./workflow-node-type.ts";
import { own, sortedIds, type PortEnd, type Workflow, type WorkflowNode } from "./workflow.ts";

export interface Wire {
  readonly from: PortEnd;
  readonly to: PortEnd;
}

/** Wires between nodes that exist and are on, from true source to target, in the order of their ids. */
export function activeWires({ graph }: Workflow, types: NodeTypes): Wire[] {
  const edges = sortedIds(graph.edges).flatMap((id) => own(graph.edges, id) ?? []);
  const into = Map.groupBy(edges, ({ to }) => to.node);

  /** Of outputs of bypassed nodes, which may stand in long rows that many wires end in. */
  const known = new Map<string, PortEnd | undefined>();

  function source(from: PortEnd): PortEnd | undefined {
    const row = new Set<string>();
    let [end, found]: [PortEnd | undefined, PortEnd | undefined] = [from, undefined];
    while (end !== undefined) {
      const node: WorkflowNode | undefined = own(graph.nodes, end.node);
      const key: string = JSON.stringify([end.node, end.port]);
      if (node?.mode === undefined) found = node && end;
      else if (known.has(key)) found = known.get(key);
      // Nothing comes from a muted node, nor out of a circle.
      const isEnd: boolean = node?.mode === undefined || node.mode === "muted" || known.has(key) || row.has(key);
      if (!isEnd) row.add(key);
      end = isEnd || node === undefined ? undefined : handedOn(node, end);
    }
    for (const key of row) known.set(key, found);
    return found;
  }

  /** What a bypassed node gives out at an output: what it gets at its first input of that kind. */
  function handedOn(node: WorkflowNode, { node: id, port }: PortEnd): PortEnd | undefined {
    const type = types.get(node.type);
    const kind = type && own(type.outputs, port)?.kind;
    return into.get(id)?.find(({ to }) => type && isOfKind(own(type.inputs, to.port)?.kind, kind))?.from;
  }

  return edges.flatMap(({ from, to }) => {
    const target = own(graph.nodes, to.node);
    if (target === undefined || target.mode !== undefined) return [];
    const actual = source(from);
    return actual === undefined ? [] : [{ from: actual, to }];
  });
}

function isOfKind(kind: ValueKind | undefined, wanted: ValueKind | undefined): boolean {
  return kind !== undefined && wanted !== undefined && isKindOf(kind, wanted);
}
