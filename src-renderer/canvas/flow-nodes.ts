// React Flow's nodes and wires, derived from the document and the view, entry by entry: what did not change keeps its object.

import type { Edge, Node } from "@xyflow/react";
import type { ValueKind } from "../../src-main/common/program/value-type.ts";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import {
  type NodeView,
  own,
  type Workflow,
  type WorkflowEdge,
  type WorkflowNode,
} from "../../src-main/common/workflow.ts";
import { withMembers } from "../commands/groups.ts";
import type { Size, TabView } from "../state/view-store.ts";
import { bendsOf } from "../state/wire-bends.ts";
import { text } from "../text/text.ts";
import { frameSizeOf } from "./node-boxes.ts";
import { handlesOf, sizeOf } from "./node-geometry.ts";
import { givenName, nameOf, type NodeShape, portsOf, shapeOf, titleOf } from "./node-look.ts";
import { wiredPorts } from "./wired-ports.ts";

export interface NodeData extends Record<string, unknown> {
  readonly node: WorkflowNode;
  readonly isCollapsed: boolean;
  /** The name that was given to it; `undefined`: it goes by its type. */
  readonly name: string | undefined;
  readonly colour: string | undefined;
  readonly isFlashed: boolean;
  /** Ports with a wire, as `i:NAME` and `o:NAME`, in a stable order. */
  readonly wired: string;
}
export type FlowNode = Node<NodeData, NodeShape>;
export interface WireData extends Record<string, unknown> {
  readonly kind: ValueKind | undefined;
  readonly bends: readonly Point[];
  readonly isOff: boolean;
  /** What flows through it, from where and to where. */
  readonly described: string;
}
export type FlowEdge = Edge<WireData, "wire">;

interface Cached<T> {
  readonly from: readonly unknown[];
  readonly made: T;
}

/** One for each canvas: remembers what it made last. */
export function createDerivation() {
  let nodes = new Map<string, Cached<FlowNode>>();
  let edges = new Map<string, Cached<FlowEdge>>();
  return {
    /** @param isRemote whether ports are drawn without being there */
    nodes(workflow: Workflow, view: TabView, isRemote: boolean): FlowNode[] {
      const fresh = new Map<string, Cached<FlowNode>>();
      const wired = wiredPorts(workflow.graph.edges);
      for (const id of groupsFirst(workflow)) {
        const node = own(workflow.graph.nodes, id);
        if (node === undefined) continue;
        const place = own(workflow.view.nodes, id) ?? ORIGIN;
        const from = [
          node,
          place,
          view.selectedNodes.has(id),
          own(view.dragged, id),
          own(view.resized, id),
          view.measured.get(id),
          wired.get(id) ?? "",
          view.flashed.has(id),
          parentOf(workflow, place),
          isRemote,
        ];
        fresh.set(
          id,
          reuse(nodes.get(id), from, () =>
            makeNode(id, node, place, view, wired.get(id) ?? "", parentOf(workflow, place)),
          ),
        );
      }
      nodes = fresh;
      return [...[...fresh.values()].map(({ made }) => made), ...copiesOf(workflow, view)];
    },
    /** @param dragged where nodes are while they are dragged: bends move along with both ends of their wire */
    edges(workflow: Workflow, selected: ReadonlySet<string>, dragged: TabView["dragged"] = {}): FlowEdge[] {
      const fresh = new Map<string, Cached<FlowEdge>>();
      for (const [id, edge] of Object.entries(workflow.graph.edges)) {
        const [source, target] = [own(workflow.graph.nodes, edge.from.node), own(workflow.graph.nodes, edge.to.node)];
        if (source === undefined || target === undefined) continue;
        const names = [nameOf(workflow, edge.from.node), nameOf(workflow, edge.to.node)] as const;
        const bends = bendsOf(workflow, id);
        const way = bends.length === 0 ? STILL : commonWay(workflow, edge, dragged);
        const from = [edge, selected.has(id), bends, way.x, way.y, source.mode, target.mode, source.type, ...names];
        fresh.set(
          id,
          reuse(edges.get(id), from, () => makeEdge(workflow, id, edge, source, target, selected.has(id), way)),
        );
      }
      edges = fresh;
      return [...fresh.values()].map(({ made }) => made);
    },
  };
}

const ORIGIN: NodeView = { x: 0, y: 0 };
const STILL: Point = { x: 0, y: 0 };

/** By how much both ends of a wire are dragged together. */
function commonWay(workflow: Workflow, { from, to }: WorkflowEdge, dragged: TabView["dragged"]): Point {
  const ids = Object.keys(dragged);
  if (ids.length === 0) return STILL;
  const wayOf = (end: string): Point => {
    const id = ids.find((each) => each === end || withMembers(workflow, [each]).includes(end));
    const [was, is] = [own(workflow.view.nodes, id ?? "") ?? ORIGIN, own(dragged, id ?? "")];
    return is === undefined ? STILL : { x: is.x - was.x, y: is.y - was.y };
  };
  const [a, b] = [wayOf(from.node), wayOf(to.node)];
  return a.x === b.x && a.y === b.y && (a.x !== 0 || a.y !== 0) ? a : STILL;
}

function parentOf(workflow: Workflow, { group }: NodeView): string | undefined {
  return group !== undefined && own(workflow.graph.nodes, group) !== undefined ? group : undefined;
}

function makeNode(
  id: string,
  node: WorkflowNode,
  place: NodeView,
  view: TabView,
  wired: string,
  parent: string | undefined,
): FlowNode {
  const shape = shapeOf(node);
  const size: Size | undefined = own(view.resized, id) ?? (shape === "node" ? undefined : frameSizeOf(node, place));
  return {
    id,
    type: shape,
    position: own(view.dragged, id) ?? { x: place.x, y: place.y },
    selected: view.selectedNodes.has(id),
    ...(size === undefined ? {} : { width: size.width, height: size.height }),
    measured: view.measured.get(id) ?? size ?? sizeOf(node, place, wired),
    ...(shape === "node" ? { handles: handlesOf(node, wired) } : {}),
    ...(parent === undefined ? {} : { parentId: parent }),
    ...(shape === "group" ? { zIndex: -1, dragHandle: ".rs-group-title" } : {}),
    ariaLabel: givenName(node, place.name) ?? titleOf(node),
    data: {
      node,
      isCollapsed: place.collapsed === true,
      name: givenName(node, place.name),
      colour: place.colour,
      isFlashed: view.flashed.has(id),
      wired,
    },
  };
}

/** Of what is dragged to be copied, with all that lies in it: as it will be where it is put down, but without wires. */
function copiesOf(workflow: Workflow, view: TabView): FlowNode[] {
  const ids = Object.keys(view.copies);
  if (ids.length === 0) return [];
  const all = new Set(withMembers(workflow, ids));
  const nameOfCopy = (id: string): string => `copy/${id}`;
  return groupsFirst(workflow).flatMap((id) => {
    const node = own(workflow.graph.nodes, id);
    if (node === undefined || !all.has(id)) return [];
    const place = own(workflow.view.nodes, id) ?? ORIGIN;
    const parent = parentOf(workflow, place);
    const made = makeNode(id, node, { ...place, ...own(view.copies, id) }, view, "", parent);
    const frame = parent === undefined ? {} : { parentId: all.has(parent) ? nameOfCopy(parent) : parent };
    return [{ ...made, ...frame, id: nameOfCopy(id), selected: true, selectable: false, className: "rs-copy" }];
  });
}

function makeEdge(
  workflow: Workflow,
  id: string,
  edge: WorkflowEdge,
  source: WorkflowNode,
  target: WorkflowNode,
  selected: boolean,
  way: Point,
): FlowEdge {
  const [output, input] = [own(portsOf(source, "output"), edge.from.port), own(portsOf(target, "input"), edge.to.port)];
  const from = `${nameOf(workflow, edge.from.node)} ${output?.label ?? edge.from.port}`;
  const bends = bendsOf(workflow, id);
  const to = `${nameOf(workflow, edge.to.node)} ${input?.label ?? edge.to.port}`;
  return {
    id,
    type: "wire",
    source: edge.from.node,
    sourceHandle: edge.from.port,
    target: edge.to.node,
    targetHandle: edge.to.port,
    selected,
    ariaLabel: `${from} → ${to}`,
    data: {
      kind: output?.kind,
      bends: way === STILL ? bends : bends.map(({ x, y }) => ({ x: x + way.x, y: y + way.y })),
      isOff: source.mode === "muted" || target.mode === "muted",
      described: output === undefined ? `${from} → ${to}` : text.wires.carries(output.kind, from, to),
    },
  };
}

/** React Flow wants a group before what lies in it. */
function groupsFirst({ graph, view }: Workflow): string[] {
  const depth = (id: string, seen = 0): number => {
    const parent = own(view.nodes, id)?.group;
    return parent === undefined || seen > 16 ? 0 : 1 + depth(parent, seen + 1);
  };
  const ids = Object.keys(graph.nodes);
  const inside = ids.some((id) => own(view.nodes, id)?.group !== undefined);
  return inside ? ids.toSorted((a, b) => depth(a) - depth(b)) : ids;
}

function reuse<T>(cached: Cached<T> | undefined, from: readonly unknown[], make: () => T): Cached<T> {
  if (cached !== undefined && cached.from.every((part, i) => part === from[i])) return cached;
  return { from, made: make() };
}
