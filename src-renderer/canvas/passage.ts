// Which node types can stand in a wire: those that take what it carries and give the same on.

import { nodeTypes } from "../../nodes/index.ts";
import { isKindOf } from "../../src-main/common/program/value-type.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { own, type Workflow, type WorkflowEdge } from "../../src-main/common/workflow.ts";

export interface Passage {
  readonly input: string;
  readonly output: string;
}

/** `null`: the type does not fit. */
export function passage({ graph }: Workflow, { from, to }: WorkflowEdge, type: NodeType): Passage | null {
  const given = own(nodeTypes.get(own(graph.nodes, from.node)?.type ?? "")?.outputs ?? {}, from.port)?.kind;
  const wanted = own(nodeTypes.get(own(graph.nodes, to.node)?.type ?? "")?.inputs ?? {}, to.port)?.kind;
  if (given === undefined || wanted === undefined) return null;
  const input = Object.entries(type.inputs).find(([, { kind }]) => isKindOf(given, kind))?.[0];
  const output = Object.entries(type.outputs).find(([, { kind }]) => isKindOf(kind, wanted))?.[0];
  return input === undefined || output === undefined ? null : { input, output };
}

export function typesThatPass(workflow: Workflow, edge: string): NodeType[] {
  const wire = own(workflow.graph.edges, edge);
  if (wire === undefined) return [];
  return [...nodeTypes.values()].filter((type) => passage(workflow, wire, type) !== null);
}
