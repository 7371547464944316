// Says what is selected, for those who hear the page: the focus stays on the canvas.

import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { useNodeDiagnostics } from "../state/check-store.ts";
import { useWorkflow } from "../state/document-store.ts";
import { useView } from "../state/view-store.ts";
import { text } from "../text/text.ts";
import { nameOf } from "./node-look.ts";

export function SelectionStatus({ tab }: { readonly tab: string }) {
  const nodes = useView(tab, ({ selectedNodes }) => selectedNodes);
  const wires = useView(tab, ({ selectedEdges }) => selectedEdges);
  const words = useWorkflow((workflow) => describeSelection(workflow, nodes, wires)) ?? "";
  const [first = ""] = nodes;
  const problems = useNodeDiagnostics(first).length;
  const isOne = nodes.size === 1;
  return (
    <p className="rs-hidden-visually" role="status">
      {text.node.describe(words, isOne && problems > 0 ? text.node.problems(problems) : "")}
    </p>
  );
}

function describeSelection(workflow: Workflow, nodes: ReadonlySet<string>, wires: ReadonlySet<string>): string {
  if (nodes.size > 1) return text.canvas.selection(nodes.size);
  const { graph } = workflow;
  const [node = ""] = nodes;
  const one = own(graph.nodes, node);
  if (one !== undefined)
    return text.node.describe(nameOf(workflow, node), one.mode === undefined ? "" : text.node[one.mode]);
  const [wire = ""] = wires;
  const edge = own(graph.edges, wire);
  if (edge === undefined) return "";
  return text.node.wire(nameOf(workflow, edge.from.node), nameOf(workflow, edge.to.node));
}
