// A workflow as the layout program takes it: nodes with their ports where they are drawn, groups around what lies in them, and each
// note in one of them as one block with the node that it belongs to.

import type { ElkExtendedEdge, ElkNode, ElkPort, LayoutOptions } from "elkjs/lib/elk-api.js";
import { own, type Workflow } from "../../../src-main/common/workflow.ts";
import { GROUP_MARGIN, GROUP_TITLE } from "../../commands/group-edits.ts";
import type { Size } from "../../state/view-store.ts";
import { boundsOf, type Box, boxOf, roomyBoxOf } from "../node-boxes.ts";
import { handlesOf } from "../node-geometry.ts";
import { shapeOf } from "../node-look.ts";
import { wiredPorts } from "../wired-ports.ts";
import type { Anchor } from "./note-anchors.ts";

/** Between nodes of a column, and between columns, where wires have to find their way, in pixels of the canvas. */
const BESIDE = 40;
const BETWEEN = 90;

const OPTIONS: LayoutOptions = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  // Places count from the canvas, not from what something lies in.
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
  "elk.spacing.nodeNode": String(BESIDE),
  "elk.spacing.edgeNode": "24",
  "elk.spacing.edgeEdge": "14",
  "elk.layered.spacing.nodeNodeBetweenLayers": String(BETWEEN),
  "elk.layered.spacing.edgeNodeBetweenLayers": "24",
};
const GROUP_OPTIONS: LayoutOptions = {
  "elk.padding": `[top=${GROUP_TITLE + GROUP_MARGIN / 2},left=${GROUP_MARGIN},bottom=${GROUP_MARGIN},right=${GROUP_MARGIN}]`,
};
const FIXED: LayoutOptions = { "elk.portConstraints": "FIXED_POS" };

export interface Laid {
  readonly workflow: Workflow;
  /** All that is laid out, notes that go along with a node among it. */
  readonly ids: readonly string[];
  /** Notes in groups, each one block with its node. */
  readonly bound: readonly Anchor[];
  /** Notes that are placed once the wires are known. */
  readonly free: readonly Anchor[];
  readonly measured: ReadonlyMap<string, Size>;
}

/** @param options of one attempt */
export function elkGraph(laid: Laid, options: LayoutOptions): ElkNode {
  const { workflow, ids } = laid;
  const notes = new Set([...laid.bound, ...laid.free].map(({ note }) => note));
  const placed = ids.filter((id) => !notes.has(id));
  const isHere = new Set(placed);
  const parentOf = (id: string): string | null => {
    const frame = own(workflow.view.nodes, id)?.group;
    return frame !== undefined && isHere.has(frame) ? frame : null;
  };
  const byParent = Map.groupBy(placed, parentOf);
  const make = (id: string): ElkNode => {
    const children = byParent.get(id);
    if (children !== undefined) return { id, children: children.map(make), layoutOptions: GROUP_OPTIONS };
    return leaf(laid, id);
  };
  const ported = new Set(placed);
  const edges = Object.entries(workflow.graph.edges).flatMap(([id, { from, to }]): ElkExtendedEdge[] =>
    ported.has(from.node) && ported.has(to.node)
      ? [{ id, sources: [portId(from.node, "source", from.port)], targets: [portId(to.node, "target", to.port)] }]
      : [],
  );
  return {
    id: "root",
    layoutOptions: { ...OPTIONS, ...options },
    children: (byParent.get(null) ?? []).map(make),
    edges,
  };
}

function leaf({ workflow, bound, measured }: Laid, id: string): ElkNode {
  const node = own(workflow.graph.nodes, id);
  const box = roomyBoxOf(workflow, id, measured);
  if (node === undefined || box === undefined) throw new Error(`there is no node ${id} to lay out`);
  const block = blockOf(
    box,
    bound.filter(({ anchor }) => anchor === id),
    workflow,
    measured,
  );
  const { width, height } = block;
  if (shapeOf(node) !== "node") return { id, width, height };
  const ports = handlesOf(node, wiredPorts(workflow.graph.edges).get(id) ?? "").map((handle): ElkPort => ({
    id: portId(id, handle.type, handle.id ?? ""),
    width: 0,
    height: 0,
    x: handle.type === "source" ? width : 0,
    y: box.y - block.y + handle.y + (handle.height ?? 0) / 2,
    layoutOptions: { "elk.port.side": handle.type === "source" ? "EAST" : "WEST" },
  }));
  return { id, width, height, ports, layoutOptions: FIXED };
}

/** A node with the notes beside it. */
export function blockOf(
  box: Box,
  anchors: readonly Anchor[],
  workflow: Workflow,
  measured: ReadonlyMap<string, Size>,
): Box {
  const notes = anchors.flatMap(({ note, offset }) => {
    const size = boxOf(workflow, note, measured);
    return size === undefined ? [] : [{ ...size, x: box.x + offset.x, y: box.y + offset.y }];
  });
  return boundsOf([box, ...notes]);
}

function portId(node: string, type: string, port: string): string {
  return `${node}/${type}/${port}`;
}
