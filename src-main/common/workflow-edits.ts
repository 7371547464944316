// What one can do to a workflow. Each returns a new document that shares all that did not change; none checks whether the result makes sense.

import type { NodeTypes } from "./workflow-node-type.ts";
import { type NodeView, own, type PortEnd, type Workflow, type WorkflowEdge, type WorkflowNode } from "./workflow.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function addNode(workflow: Workflow, id: string, node: WorkflowNode, view: NodeView): Workflow {
  return update(workflow, { nodes: { [id]: node }, views: { [id]: view } });
}

/** With the wires that end at them; nodes inside a removed group stay where they are. */
export function removeNodes(workflow: Workflow, ids: readonly string[]): Workflow {
  const gone = new Set(ids);
  const { nodes, edges } = workflow.graph;
  const freed = Object.entries(workflow.view.nodes).flatMap(([id, view]) =>
    view.group !== undefined && gone.has(view.group) && !gone.has(id)
      ? [[id, leaveGroup(workflow, view)] as const]
      : [],
  );
  return {
    ...workflow,
    graph: {
      ...workflow.graph,
      nodes: without(nodes, (id) => gone.has(id)),
      edges: without(edges, (_, { from, to }) => gone.has(from.node) || gone.has(to.node)),
    },
    view: {
      ...workflow.view,
      nodes: { ...without(workflow.view.nodes, (id) => gone.has(id)), ...Object.fromEntries(freed) },
    },
  };
}

/** A wire that an input can hold only one of takes the place of the one that was there. */
export function connect(workflow: Workflow, from: PortEnd, to: PortEnd, types: NodeTypes): Workflow {
  const { nodes, edges } = workflow.graph;
  const existing = Object.values(edges).some((edge) => isEnd(edge.from, from) && isEnd(edge.to, to));
  if (existing) return workflow;
  const type = types.get(own(nodes, to.node)?.type ?? "");
  const takesMany = type !== undefined && own(type.inputs, to.port)?.many === true;
  const kept = takesMany ? edges : without(edges, (_, edge) => isEnd(edge.to, to));
  // Free beside the old ones too, so that no id stands for another wire in the next document.
  const id = freeId(edges, `${to.node}-${to.port}`);
  return { ...workflow, graph: { ...workflow.graph, edges: { ...kept, [id]: { from, to } } } };
}

export function disconnect(workflow: Workflow, edges: readonly string[]): Workflow {
  const gone = new Set(edges);
  return { ...workflow, graph: { ...workflow.graph, edges: without(workflow.graph.edges, (id) => gone.has(id)) } };
}

/** Each takes the other's id, and so its place where the order of wires decides something. */
export function exchange(workflow: Workflow, a: string, b: string): Workflow {
  const exchanged = <Held>(held: Readonly<Record<string, Held>>): Record<string, Held> => {
    const other = (id: string): string => (id === a ? b : id === b ? a : id);
    return Object.fromEntries(Object.entries(held).map(([id, one]) => [other(id), one]));
  };
  const { wires } = workflow.view;
  return {
    ...workflow,
    graph: { ...workflow.graph, edges: exchanged(workflow.graph.edges) },
    view: wires === undefined ? workflow.view : { ...workflow.view, wires: exchanged(wires) },
  };
}

export function setParam(workflow: Workflow, id: string, name: string, value: unknown): Workflow {
  const node = existing(workflow.graph.nodes, id);
  return update(workflow, { nodes: { [id]: { ...node, params: { ...node.params, [name]: value } } } });
}

/** @param mode absent: on again */
export function setMode(workflow: Workflow, ids: readonly string[], mode?: WorkflowNode["mode"]): Workflow {
  const nodes = ids.map((id) => {
    const { mode: _, ...node } = existing(workflow.graph.nodes, id);
    return [id, mode === undefined ? node : { ...node, mode }];
  });
  return update(workflow, { nodes: Object.fromEntries(nodes) });
}

export function moveNodes(workflow: Workflow, places: Readonly<Record<string, Point>>): Workflow {
  const views = Object.entries(places).map(([id, { x, y }]) => [id, { ...own(workflow.view.nodes, id), x, y }]);
  return update(workflow, { views: Object.fromEntries(views) });
}

/** Part of a workflow, to be pasted into the same one or another. */
export interface Clip {
  readonly nodes: Readonly<Record<string, WorkflowNode>>;
  /** Those with both ends in it, and perhaps those that lead into it. */
  readonly edges: Readonly<Record<string, WorkflowEdge>>;
  readonly views: Readonly<Record<string, NodeView>>;
}

/** Which wires are copied with nodes: those between them, or also those that lead into them from elsewhere. */
export type WiresOfCopy = "between" | "into";

export function copyNodes({ graph, view }: Workflow, ids: readonly string[], wires: WiresOfCopy = "between"): Clip {
  const list = new Set(ids);
  return {
    nodes: without(graph.nodes, (id) => !list.has(id)),
    edges: without(
      graph.edges,
      (_, { from, to }) => !list.has(to.node) || (wires === "between" && !list.has(from.node)),
    ),
    views: without(view.nodes, (id) => !list.has(id)),
  };
}

export interface Pasted {
  readonly workflow: Workflow;
  /** Old id to new: every node and wire gets a free one. */
  readonly nodes: ReadonlyMap<string, string>;
}

export function paste(workflow: Workflow, { nodes, edges, views }: Clip, offset: Point): Pasted {
  const freeNode = idsBeside(workflow.graph.nodes);
  const freeEdge = idsBeside(workflow.graph.edges);
  const ids = new Map(Object.keys(nodes).map((id) => [id, freeNode(id)]));
  const renamed = (end: WorkflowEdge["from"]): WorkflowEdge["from"] => ({
    ...end,
    node: ids.get(end.node) ?? end.node,
  });
  const newEdges = Object.values(edges).map((edge) => {
    const [from, to] = [renamed(edge.from), renamed(edge.to)];
    return [freeEdge(`${to.node}-${to.port}`), { ...edge, from, to }];
  });
  const newViews = Object.entries(views).flatMap(([id, view]) => {
    const fresh = ids.get(id);
    return fresh === undefined ? [] : [[fresh, placeCopy(workflow, view, ids, offset)]];
  });
  const pasted = update(workflow, {
    nodes: Object.fromEntries(Object.entries(nodes).map(([id, node]) => [ids.get(id) ?? id, node])),
    edges: Object.fromEntries(newEdges),
    views: Object.fromEntries(newViews),
  });
  return { workflow: pasted, nodes: ids };
}

/** The name of a type, or that of an id without its number, with the first number that is free: `reward`, `reward-2`, … */
export function freeId(taken: Readonly<Record<string, unknown>>, wanted: string): string {
  return idsBeside(taken)(wanted);
}

/** As `freeId`, for many: what was given is taken, and no number is tried twice. */
export function idsBeside(taken: Readonly<Record<string, unknown>>): (wanted: string) => string {
  const given = new Set<string>();
  const next = new Map<string, number>();
  return (wanted) => {
    const base = wanted.replace(/^.*\//, "").replace(/-\d+$/, "").slice(0, 56);
    for (let i = next.get(base) ?? 1; ; i++) {
      const id = i === 1 ? base : `${base}-${i}`;
      if (Object.hasOwn(taken, id) || given.has(id)) continue;
      next.set(base, i + 1);
      given.add(id);
      return id;
    }
  };
}

interface Entries {
  readonly nodes?: Readonly<Record<string, WorkflowNode>>;
  readonly edges?: Readonly<Record<string, WorkflowEdge>>;
  readonly views?: Readonly<Record<string, NodeView>>;
}

function update(workflow: Workflow, { nodes = {}, edges = {}, views = {} }: Entries): Workflow {
  const { graph, view } = workflow;
  return {
    ...workflow,
    graph: { ...graph, nodes: { ...graph.nodes, ...nodes }, edges: { ...graph.edges, ...edges } },
    view: { ...view, nodes: { ...view.nodes, ...views } },
  };
}

/** Inside a group that was copied too, places count from its corner; a copy of a part of a group stays in the group. */
function placeCopy(workflow: Workflow, view: NodeView, ids: ReadonlyMap<string, string>, offset: Point): NodeView {
  const group = view.group === undefined ? undefined : ids.get(view.group);
  if (group !== undefined) return { ...view, group };
  const moved = { ...view, x: view.x + offset.x, y: view.y + offset.y };
  if (view.group === undefined || own(workflow.graph.nodes, view.group) !== undefined) return moved;
  const { group: _, ...free } = moved;
  return free;
}

function leaveGroup({ view }: Workflow, { group = "", ...rest }: NodeView): NodeView {
  const corner = own(view.nodes, group) ?? { x: 0, y: 0 };
  return { ...rest, x: rest.x + corner.x, y: rest.y + corner.y };
}

function isEnd(a: PortEnd, b: PortEnd): boolean {
  return a.node === b.node && a.port === b.port;
}

function existing(nodes: Workflow["graph"]["nodes"], id: string): WorkflowNode {
  const node = own(nodes, id);
  if (node === undefined) throw new Error(`there is no node ${id} to change`);
  return node;
}

function without<T>(
  record: Readonly<Record<string, T>>,
  isGone: (id: string, entry: T) => boolean,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([id, entry]) => !isGone(id, entry)));
}
