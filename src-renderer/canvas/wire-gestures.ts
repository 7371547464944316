// What the wire in hand means for the document: where it fits, and what its end does.

import type { Connection, FinalConnectionState } from "@xyflow/react";
import { nodeTypes } from "../../nodes/index.ts";
import { connectPorts } from "../commands/node-edits.ts";
import { activeTab } from "../state/document-store.ts";
import { toastDiagnostic } from "../state/toast-store.ts";
import { refusalOf } from "./can-connect.ts";
import type { FlowEdge } from "./flow-nodes.ts";
import { openPalette } from "./open-palette.ts";

export const wireGestures = {
  isValidConnection: isValid,
  onConnect: (wire: Connection) => {
    const ends = endsOf(wire);
    if (ends !== null) connectPorts(ends.from, ends.to);
  },
  onConnectEnd: finishWire,
};

function endsOf({ source, sourceHandle, target, targetHandle }: Connection | FlowEdge) {
  if (typeof sourceHandle !== "string" || typeof targetHandle !== "string") return null;
  return { from: { node: source, port: sourceHandle }, to: { node: target, port: targetHandle } };
}

function isValid(wire: Connection | FlowEdge): boolean {
  const ends = endsOf(wire);
  const workflow = activeTab()?.history.present;
  return ends !== null && workflow !== undefined && refusalOf(workflow, ends.from, ends.to) === null;
}

/** A wire that ends on nothing asks for a node that fits; one that ends on a port which it does not fit says why. */
function finishWire(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  const workflow = activeTab()?.history.present;
  const start = state.fromHandle;
  if (workflow === undefined || start === null || typeof start.id !== "string" || state.isValid === true) return;
  const isOutput = start.type === "source";
  const own = { node: start.nodeId, port: start.id };
  if (state.toHandle !== null && typeof state.toHandle.id === "string") {
    const other = { node: state.toHandle.nodeId, port: state.toHandle.id };
    const refusal =
      state.toHandle.type === start.type ? null : refusalOf(workflow, isOutput ? own : other, isOutput ? other : own);
    if (refusal !== null) toastDiagnostic(refusal);
    return;
  }
  const { clientX, clientY } =
    "changedTouches" in event ? (event.changedTouches[0] ?? { clientX: 0, clientY: 0 }) : event;
  if (nodeTypes.get(workflow.graph.nodes[start.nodeId]?.type ?? "") === undefined) return;
  openPalette(clientX, clientY, { ...own, side: isOutput ? "output" : "input" });
}
