// Whether two ports fit, asked while a wire is drawn and again when it is dropped.

import { nodeTypes } from "../../nodes/index.ts";
import { checkConnection } from "../../src-main/common/check-connection.ts";
import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import type { Tags } from "../../src-main/common/port-type.ts";
import { checkWorkflow } from "../../src-main/common/workflow-check.ts";
import { NO_FACTS, type NodeType } from "../../src-main/common/workflow-node-type.ts";
import { own, type PortEnd, type Workflow } from "../../src-main/common/workflow.ts";

/** `null`: they fit. */
export function refusalOf(workflow: Workflow, from: PortEnd, to: PortEnd): Diagnostic | null {
  const [output, input] = [portOf(workflow, from, "outputs"), portOf(workflow, to, "inputs")];
  // A type that is not known cannot be said to be wrong.
  if (output === undefined || input === undefined) return null;
  if (from.node === to.node || feeds(workflow, to.node, from.node)) return circle(from, to);
  const tags = tagsOf(workflow);
  const here = input.many === true ? (tags.get(to.node) ?? {}) : {};
  return checkConnection(
    { ...from, type: { kind: output.kind, tags: tags.get(from.node) ?? {} } },
    { ...to, label: input.label, type: { kind: input.kind, tags: here } },
    nodeTypes,
  );
}

function portOf({ graph }: Workflow, { node, port }: PortEnd, side: "inputs" | "outputs") {
  const type: NodeType | undefined = nodeTypes.get(own(graph.nodes, node)?.type ?? "");
  return type && own(type[side], port);
}

let checked: Workflow["graph"] | null = null;
let known: ReadonlyMap<string, Tags> = new Map();

/** Found once a graph: the pointer asks for every port that it passes. */
function tagsOf(workflow: Workflow): ReadonlyMap<string, Tags> {
  if (workflow.graph !== checked) {
    checked = workflow.graph;
    known = checkWorkflow(workflow, nodeTypes, NO_FACTS).tags;
  }
  return known;
}

let walked: Workflow["graph"] | null = null;
let following: ReadonlyMap<string, readonly string[]> = new Map();

/** Whether something flows from one node to the other. */
function feeds({ graph }: Workflow, from: string, to: string): boolean {
  if (graph !== walked) {
    walked = graph;
    following = new Map(
      [...Map.groupBy(Object.values(graph.edges), (edge) => edge.from.node)].map(([node, edges]) => [
        node,
        edges.map((edge) => edge.to.node),
      ]),
    );
  }
  const reached = new Set([from]);
  for (const id of reached) for (const next of following.get(id) ?? []) reached.add(next);
  return reached.has(to);
}

function circle(from: PortEnd, to: PortEnd): Diagnostic {
  return {
    severity: "error",
    code: "wire-circle",
    at: to,
    message: "this wire would close a circle",
    notes: [{ at: from, message: "is fed by it already" }],
    help: "what comes out of a node cannot go back into what it is made of",
  };
}
