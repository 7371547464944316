// Whether a workflow says that it needs something for a node that nothing is chosen for yet, as far as the page can tell.

import { namedNeeds } from "../../src-main/common/studio/needs.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { fieldsOf, typeOf } from "../canvas/node-look.ts";

export function needsLeft({ meta, graph }: Workflow): boolean {
  const named = namedNeeds.safeParse(meta?.["needs"]);
  if (!named.success) return false;
  return Object.keys(named.data).some((id) => {
    const node = own(graph.nodes, id);
    const type = node && typeOf(node);
    const required =
      type && fieldsOf(type).find(({ offers, fallback }) => offers !== undefined && fallback === undefined);
    return node !== undefined && required !== undefined && (node.params[required.name] ?? "") === "";
  });
}
