// Changes of parameters, of one node or of several at once, each as one named step of the history.

import { allowPath } from "../../nodes/withheld-paths.ts";
import { setParam } from "../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { fieldsOf, nameOf, typeOf } from "../canvas/node-look.ts";
import { edit } from "../state/document-store.ts";
import { text } from "../text/text.ts";
import { present, selected } from "./node-edits.ts";

export function changeParams(ids: readonly string[], name: string, label: string, value: unknown): void {
  edit(
    text.edits.param(whatOf(ids), label),
    (workflow) => ids.reduce((changed, id) => setParam(changed, id, name, value), allowPath(workflow, value)),
    { mergeKey: `param:${ids.join()}:${name}` },
  );
}

/** Parameters that only the user can know keep what they hold. @param param absent: all of them */
export function resetParams(ids: readonly string[], param?: string): void {
  edit(text.edits.reset(whatOf(ids)), (workflow) => ids.reduce((next, id) => resetNode(next, id, param), workflow));
}

export function resetSelected(): void {
  const { nodes } = selected();
  if (nodes.length > 0) resetParams(nodes);
}

function resetNode(workflow: Workflow, id: string, param: string | undefined): Workflow {
  const node = own(workflow.graph.nodes, id);
  const type = node && typeOf(node);
  if (node === undefined || type === undefined) return workflow;
  return fieldsOf(type)
    .filter(
      ({ name, fallback }) => (param ?? name) === name && fallback !== undefined && own(node.params, name) !== fallback,
    )
    .reduce((next, { name, fallback }) => setParam(next, id, name, fallback), workflow);
}

function whatOf(ids: readonly string[]): string {
  const workflow = present();
  const [first = ""] = ids;
  return ids.length > 1 || workflow === undefined ? text.edits.several(ids.length) : nameOf(workflow, first);
}
