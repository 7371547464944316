// What a sweep varies must be there.

import { refuse } from "../src-main/common/diagnostic.ts";
import type { SweepValue } from "../src-main/common/sweep.ts";
import { own, type Workflow } from "../src-main/common/workflow.ts";
import { nodeTypes } from "./index.ts";

/** @param of what the workflow is called, and its file @throws Refusal */
export function checkSweptParam(
  { node, param }: Pick<SweepValue, "node" | "param">,
  { graph }: Workflow,
  of: { readonly name: string; readonly file?: string },
): void {
  const found = own(graph.nodes, node);
  const at = { ...(of.file === undefined ? {} : { file: of.file }), node, param };
  if (found === undefined) {
    const names = Object.keys(graph.nodes).toSorted().join(", ");
    refuse({
      code: "sweep-node",
      at,
      message: `${of.name} has no node ${node}`,
      help: `its nodes are ${names}`,
    });
  }
  const params = Object.keys(nodeTypes.get(found.type)?.params.shape ?? {});
  if (params.includes(param)) return;
  refuse({
    code: "sweep-param",
    at,
    message: `${node} has no parameter ${param}`,
    help: params.length === 0 ? "it has none at all" : `its parameters are ${params.join(", ")}`,
  });
}
