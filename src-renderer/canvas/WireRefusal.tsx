// Why the wire in hand does not fit the port under it, said beside the port.

import { useConnection } from "@xyflow/react";
import { activeTab } from "../state/document-store.ts";
import { refusalOf } from "./can-connect.ts";

/** As the style sheet has it, with a margin. */
const WIDEST = 290;

export function WireRefusal() {
  const { fromHandle, toHandle, isValid } = useConnection();
  const workflow = activeTab()?.history.present;
  if (isValid !== false || workflow === undefined || fromHandle === null || toHandle === null) return null;
  if (typeof fromHandle.id !== "string" || typeof toHandle.id !== "string" || fromHandle.type === toHandle.type)
    return null;
  const ends = [
    { node: fromHandle.nodeId, port: fromHandle.id },
    { node: toHandle.nodeId, port: toHandle.id },
  ] as const;
  const [output, input] = fromHandle.type === "source" ? ends : ends.toReversed();
  const refusal = output === undefined || input === undefined ? null : refusalOf(workflow, output, input);
  const port = document.querySelector(
    `[data-id$="-${CSS.escape(toHandle.nodeId)}-${CSS.escape(toHandle.id)}-${toHandle.type}"]`,
  );
  const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
  if (refusal === null || port === null || pane === undefined) return null;
  const { right, bottom } = port.getBoundingClientRect();
  const left = Math.min(right - pane.left + 6, pane.width - WIDEST);
  return (
    <div className="rs-wire-refusal" role="status" style={{ left, top: bottom - pane.top + 6 }}>
      <strong>{refusal.message}</strong>
      {refusal.help === undefined ? null : <p className="rs-muted">{refusal.help}</p>}
    </div>
  );
}
