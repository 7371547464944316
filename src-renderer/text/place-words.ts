// Where a diagnostic points, in the words of the canvas: the name of the node and the label of its port or parameter.

import type { Place } from "../../src-main/common/diagnostic.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { fieldsOf, nameOf, portsOf, typeOf } from "../canvas/node-look.ts";

/** What is not of the workflow is called as the program calls it. */
export function placeWords(workflow: Workflow | undefined, at: Place): string {
  const node = at.node === undefined ? undefined : own(workflow?.graph.nodes ?? {}, at.node);
  if (workflow === undefined || node === undefined || at.node === undefined)
    return joined(at.node ?? at.file ?? at.stage, at.port ?? at.param ?? at.part);
  const type = typeOf(node);
  const port =
    at.port === undefined ? undefined : (portsOf(node, "input")[at.port] ?? portsOf(node, "output")[at.port]);
  const field = type === undefined ? undefined : fieldsOf(type).find(({ name }) => name === at.param);
  return joined(nameOf(workflow, at.node), port?.label ?? field?.label ?? at.port ?? at.param ?? at.part);
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(" › ");
}
