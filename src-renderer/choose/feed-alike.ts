// What a node that is made for another needs besides: it is led to it from where the other has the same.

import { nodeTypes } from "../../nodes/index.ts";
import { connect } from "../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";

/** Inputs that need a wire and have none, from what feeds an input of the same kind at the other node. */
export function feedAlike(workflow: Workflow, id: string, beside: string): Workflow {
  const { nodes, edges } = workflow.graph;
  const inputsOf = (node: string) => Object.entries(nodeTypes.get(own(nodes, node)?.type ?? "")?.inputs ?? {});
  const feeding = (node: string, port: string) =>
    Object.values(edges).find(({ to }) => to.node === node && to.port === port)?.from;
  return inputsOf(id).reduce((wired, [port, { kind, optional }]) => {
    if (optional === true || feeding(id, port) !== undefined) return wired;
    const source = inputsOf(beside)
      .filter(([, other]) => other.kind === kind)
      .flatMap(([other]) => feeding(beside, other) ?? [])[0];
    return source === undefined ? wired : connect(wired, source, { node: id, port }, nodeTypes);
  }, workflow);
}
