// What a workflow means, short of its computation: every node with its parameters and sources, in order, and everything that is wrong.

import { checkConnection, listed, makersOf } from "./check-connection.ts";
import { type Diagnostic, Refusal } from "./diagnostic.ts";
import { type Tags, tagsOfKind, uniteTags } from "./port-type.ts";
import { type ValueKind, withArticle } from "./program/value-type.ts";
import type { NodeType, NodeTypes, Params, WorkflowFacts } from "./workflow-node-type.ts";
import { orderNodes } from "./workflow-order.ts";
import { readParams } from "./workflow-params.ts";
import { activeWires, type Wire } from "./workflow-wires.ts";
import { own, sortedIds, type PortEnd, type Workflow, type WorkflowNode } from "./workflow.ts";

export interface CheckedNode {
  readonly id: string;
  readonly type: NodeType;
  readonly params: Params;
  /** The outputs that feed each input, in the order of the wires. */
  readonly sources: Readonly<Record<string, readonly PortEnd[]>>;
}

export interface CheckedWorkflow {
  /** Those without a fault of their own, each after those that feed it. */
  readonly nodes: readonly CheckedNode[];
  /** The tags of every node's outputs. */
  readonly tags: ReadonlyMap<string, Tags>;
  readonly diagnostics: readonly Diagnostic[];
}

export function checkWorkflow(workflow: Workflow, types: NodeTypes, facts: WorkflowFacts): CheckedWorkflow {
  const wires = activeWires(workflow, types);
  const on = sortedIds(workflow.graph.nodes).filter((id) => own(workflow.graph.nodes, id)?.mode === undefined);
  const { order, cycles } = orderNodes(on, wires);
  const diagnostics: Diagnostic[] = [...checkEnds(workflow, types), ...cycles.map(describeCycle)];
  const into = Map.groupBy(wires, ({ to }) => to.node);
  const tags = new Map<string, Tags>();
  const nodes: CheckedNode[] = [];
  const drawn = Map.groupBy(Object.values(workflow.graph.edges), ({ to }) => to.node);
  const known: KnownTags = { types, tags, nodes: workflow.graph.nodes, drawn };
  for (const id of order) {
    const node = own(workflow.graph.nodes, id);
    if (node === undefined) throw new Error(`${id} was ordered, but is not in the workflow`);
    const type = types.get(node.type);
    if (type === undefined) {
      diagnostics.push(unknownType(id, node));
      continue;
    }
    const { params, diagnostics: paramFaults } = readParams(id, node, type);
    const given = params === null ? { tags: {}, diagnostics: [] } : tagsOf(id, type, params, facts);
    const inputs = checkInputs(id, type, into.get(id) ?? [], given.tags, known);
    tags.set(id, inputs.tags);
    const found = [...paramFaults, ...given.diagnostics, ...inputs.diagnostics];
    diagnostics.push(...found);
    if (params === null || found.some(({ severity }) => severity === "error")) continue;
    nodes.push({ id, type, params, sources: inputs.sources });
  }
  return { nodes, tags, diagnostics };
}

interface KnownTags {
  readonly types: NodeTypes;
  readonly tags: ReadonlyMap<string, Tags>;
  readonly nodes: Workflow["graph"]["nodes"];
  /** All wires by the node that they end at, those that do not count as well. */
  readonly drawn: ReadonlyMap<string, readonly Wire[]>;
}

/** A file that cannot be read is a fault of the node that names it. */
function tagsOf(node: string, type: NodeType, params: Params, facts: WorkflowFacts) {
  try {
    return { tags: type.tags?.(params, facts) ?? {}, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { tags: {}, diagnostics: error.diagnostics.map((fault) => ({ ...fault, at: { ...fault.at, node } })) };
  }
}

/** Wires in the order of the ports, so that the same port is blamed whichever was connected first. */
function checkInputs(id: string, type: NodeType, wires: readonly Wire[], given: Tags, known: KnownTags) {
  const diagnostics: Diagnostic[] = [];
  const sources: Record<string, PortEnd[]> = {};
  let tags = given;
  let isAgreed = true;
  for (const [port, { kind, label, optional, many, apart }] of Object.entries(type.inputs)) {
    const here = wires.filter(({ to }) => to.port === port);
    sources[port] = here.map(({ from }) => from);
    if (here.length === 0 && optional === undefined)
      diagnostics.push(unconnected({ node: id, port }, kind, type, known));
    if (here.length > 1 && many === undefined) diagnostics.push(tooMany({ node: id, port }, label, here));
    for (const { from } of here) {
      const output = outputOf(from, known);
      if (output === undefined) continue;
      const source = { ...from, type: { kind: output.kind, tags: known.tags.get(from.node) ?? {} } };
      const wanted = apart === undefined ? tags : {};
      const fault = checkConnection(source, { node: id, port, label, type: { kind, tags: wanted } }, known.types);
      if (fault !== null) {
        diagnostics.push(fault);
        isAgreed = false;
        continue;
      }
      if (apart === undefined) tags = uniteTags(tags, tagsOfKind(output.kind, source.type.tags)) ?? tags;
    }
  }
  // Whoever comes after is not to be blamed for what does not agree here.
  return { tags: isAgreed ? tags : {}, sources, diagnostics };
}

function outputOf({ node, port }: PortEnd, { types, nodes }: KnownTags) {
  const type = types.get(own(nodes, node)?.type ?? "");
  return type && own(type.outputs, port);
}

/** A wire is no use where it comes from a node that is off. */
function unconnected(at: PortEnd, kind: ValueKind, type: NodeType, { types, nodes, drawn }: KnownTags): Diagnostic {
  const off = (drawn.get(at.node) ?? []).flatMap(({ from, to }) => {
    const mode = to.port === at.port ? own(nodes, from.node)?.mode : undefined;
    return mode === undefined ? [] : [{ at: from, message: `is wired to it, but ${mode}` }];
  });
  const needed = `${own(type.inputs, at.port)?.label ?? at.port}, which ${type.title} needs`;
  const connect = `connect ${withArticle(kind)}: ${listed(makersOf(kind, types))} gives one`;
  return {
    severity: "error",
    code: "input-missing",
    at,
    ...(off.length === 0
      ? { message: `nothing is connected to ${needed}`, help: connect }
      : {
          message: `nothing comes to ${needed}`,
          notes: off.slice(0, SHOWN),
          help: `turn that node on, or ${connect}`,
        }),
  };
}

function tooMany(at: PortEnd, label: string, wires: readonly Wire[]): Diagnostic {
  return {
    severity: "error",
    code: "input-crowded",
    at,
    message: `the input ${label} takes one wire, but ${wires.length} are connected`,
    notes: wires
      .slice(0, SHOWN)
      .map(({ from }) => ({ at: { node: from.node, port: from.port }, message: "is connected to it" })),
    help: "remove all but one",
  };
}

/** Both ends of every wire exist, as far as the types of the nodes are known. */
function checkEnds({ graph }: Workflow, types: NodeTypes): Diagnostic[] {
  return Object.entries(graph.edges).flatMap(([edge, { from, to }]) => [
    ...checkEnd(edge, from, to, graph.nodes, (node) => types.get(node.type)?.outputs, "output"),
    ...checkEnd(edge, to, from, graph.nodes, (node) => types.get(node.type)?.inputs, "input"),
  ]);
}

function checkEnd(
  edge: string,
  end: PortEnd,
  other: PortEnd,
  nodes: Workflow["graph"]["nodes"],
  portsOf: (node: WorkflowNode) => NodeType["inputs"] | undefined,
  side: "input" | "output",
): Diagnostic[] {
  const node = own(nodes, end.node);
  const help = "remove the wire";
  if (node === undefined) {
    // The other end may be missing as well, and then says the same of itself.
    const at = own(nodes, other.node) === undefined ? { part: `graph.edges.${edge}` } : { ...place(other) };
    return [
      { severity: "error", code: "edge-node", at, message: `a wire ends at ${end.node}, which does not exist`, help },
    ];
  }
  const ports = portsOf(node);
  if (ports === undefined || own(ports, end.port) !== undefined) return [];
  const names = listed(Object.keys(ports));
  const message = `${end.port} is no ${side} of ${node.type}, which has ${names}`;
  return [{ severity: "error", code: "edge-port", at: place(end), message, notes: [note(other)], help }];
}

function note(end: PortEnd) {
  return { at: place(end), message: "is the other end of the wire" };
}

function place({ node, port }: PortEnd): PortEnd {
  return { node, port };
}

/** Nodes of a circle that are named. */
const SHOWN = 12;

function printCircle(cycle: readonly string[]): string {
  const shown = cycle.length <= SHOWN ? cycle : [...cycle.slice(0, SHOWN), `… (${cycle.length} nodes)`];
  return [...shown, cycle[0]].join(" → ");
}

function describeCycle(cycle: readonly string[]): Diagnostic {
  const [first = "", ...others] = cycle;
  return {
    severity: "error",
    code: "graph-cycle",
    at: { node: first },
    message: `the wires run in a circle: ${printCircle(cycle)}`,
    notes: others.slice(0, SHOWN).map((node) => ({ at: { node }, message: "is part of it" })),
    help: "remove one of these wires; learning needs none that runs backwards, for the optimizer changes the embedding that it is given",
  };
}

function unknownType(node: string, { type }: WorkflowNode): Diagnostic {
  return {
    severity: "error",
    code: "node-unknown",
    at: { node },
    message: `there is no node type ${type}`,
    help: "update ReNeg Studio, or remove the node; saving the file keeps it as it is",
  };
}
