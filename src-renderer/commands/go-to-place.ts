// Shows what a diagnostic points at: the node in the middle, the parameter with the focus.

import type { Place } from "../../src-main/common/diagnostic.ts";
import { own } from "../../src-main/common/workflow.ts";
import { canvas, glide } from "../canvas/canvas-handle.ts";
import { activeTab } from "../state/document-store.ts";
import { setPreference } from "../state/preference-store.ts";
import { shellStore } from "../state/shell-store.ts";
import { flashNodes, select } from "../state/view-store.ts";

export function goToPlace({ node, param }: Place): void {
  const tab = activeTab();
  if (tab === undefined || node === undefined || own(tab.history.present.graph.nodes, node) === undefined) return;
  select(tab.id, { nodes: [node] });
  flashNodes(tab.id, [node]);
  void canvas()?.fitView({ nodes: [{ id: node }], maxZoom: 1, padding: 0.6, duration: glide() });
  if (param === undefined) return;
  setPreference("inspectorOpen", true);
  shellStore.setState({ focusParam: { node, param } });
}
