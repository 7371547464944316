// What one can do to wires and by them, each as one named step of the history.

import { nodeTypes } from "../../nodes/index.ts";
import { connect, disconnect, exchange, moveNodes, type Point } from "../../src-main/common/workflow-edits.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { own, type PortEnd, type Workflow } from "../../src-main/common/workflow.ts";
import { nameOf, portsOf } from "../canvas/node-look.ts";
import { passage } from "../canvas/passage.ts";
import { edit } from "../state/document-store.ts";
import { joined, opposite, type Side, type WaitingEnd } from "../state/wire-store.ts";
import { text } from "../text/text.ts";
import { present } from "./node-edits.ts";
import { placeNode } from "./place-node.ts";

export function connectPorts(from: PortEnd, to: PortEnd): void {
  edit(text.wires.connect(endName(from, "output"), endName(to, "input")), (workflow) =>
    connect(workflow, from, to, nodeTypes),
  );
}

/** @param lifted wires that were taken off, and go where the ends are joined to now */
export function moveWires(ends: readonly [WaitingEnd, ...WaitingEnd[]], lifted: readonly string[], to: PortEnd): void {
  const [first] = ends;
  const wires = ends.map((end) => joined(end, to));
  const before = present();
  if (before === undefined || areWired(before, lifted, wires)) return;
  const names = [endName(first, first.side), endName(to, opposite(first.side))];
  const [from = "", target = ""] = first.side === "output" ? names : names.toReversed();
  const label =
    lifted.length === 0
      ? text.wires.connect(from, target)
      : ends.length === 1
        ? text.wires.reconnect(from, target)
        : text.wires.moveAll(ends.length, from);
  edit(label, (workflow) =>
    wires.reduce(
      (wired, { from: output, to: input }) => connect(wired, output, input, nodeTypes),
      disconnect(workflow, lifted),
    ),
  );
}

export function disconnectWires(edges: readonly string[]): void {
  edit(text.edits.disconnect, (workflow) => disconnect(workflow, edges));
}

/** Their order, where it decides something. */
export function exchangeWires(edge: string, other: string): void {
  edit(text.edits.exchange, (workflow) => exchange(workflow, edge, other));
}

/** A node that is there already, put down on a wire that it fits. */
export function insertNode(id: string, place: Point, edge: string): void {
  const before = present();
  if (before === undefined) return;
  edit(text.wires.insert(nameOf(before, id)), (workflow) => {
    const type = nodeTypes.get(own(workflow.graph.nodes, id)?.type ?? "");
    const moved = moveNodes(workflow, { [id]: place });
    return type === undefined ? moved : wireInto(moved, edge, id, type);
  });
}

/** @param place of its corner, on the canvas; `null`: in the middle of what is seen */
export function insertNewNode(type: NodeType, place: Point | null, edge: string): void {
  placeNode(type, place, {
    label: text.wires.insert(type.title),
    finish: (workflow, id) => wireInto(workflow, edge, id, type),
  });
}

/** The wire ends at the node, and goes on from it. */
function wireInto(workflow: Workflow, edge: string, id: string, type: NodeType): Workflow {
  const wire = own(workflow.graph.edges, edge);
  const through = wire && passage(workflow, wire, type);
  if (wire === undefined || through === undefined || through === null) return workflow;
  const { from, to } = wire;
  const into = connect(disconnect(workflow, [edge]), from, { node: id, port: through.input }, nodeTypes);
  return connect(into, { node: id, port: through.output }, to, nodeTypes);
}

function areWired(
  { graph }: Workflow,
  edges: readonly string[],
  wires: readonly { readonly from: PortEnd; readonly to: PortEnd }[],
): boolean {
  const keyOf = ({ from, to }: { readonly from: PortEnd; readonly to: PortEnd }): string =>
    [from.node, from.port, to.node, to.port].join(" ");
  const there = new Set(edges.flatMap((id) => own(graph.edges, id) ?? []).map(keyOf));
  return there.size === wires.length && wires.every((wire) => there.has(keyOf(wire)));
}

/** As it is written on the canvas: `CFG Guided noise`. */
function endName({ node, port }: PortEnd, side: Side): string {
  const workflow = present();
  const found = own(workflow?.graph.nodes ?? {}, node);
  if (workflow === undefined || found === undefined) return `${node} ${port}`;
  return `${nameOf(workflow, node)} ${own(portsOf(found, side), port)?.label ?? port}`;
}
