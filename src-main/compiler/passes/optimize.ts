// The passes between a built graph and the runtime, in order.

import type { Graph } from "../graph.ts";
import { expandMacros } from "./expand-macros.ts";
import { foldConstants } from "./fold-constants.ts";
import { mergeUpsampling } from "./merge-upsampling.ts";
import { removeDead } from "./remove-dead.ts";
import { shareCommon } from "./share-common.ts";
import { simplify } from "./simplify.ts";

export const passes: readonly { readonly name: string; readonly run: (graph: Graph) => Graph }[] = [
  { name: "remove dead operators", run: removeDead },
  { name: "expand macros", run: expandMacros },
  { name: "fold constants", run: foldConstants },
  { name: "simplify", run: simplify },
  { name: "share common operators", run: shareCommon },
  { name: "merge upsampling into convolutions", run: mergeUpsampling },
  { name: "remove what that left", run: removeDead },
];

export function optimize(graph: Graph): Graph {
  return passes.reduce((result, pass) => pass.run(result), graph);
}
