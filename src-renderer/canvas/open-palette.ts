// The search for a node, opened where the pointer is.

import type { Point } from "../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { type PaletteRequest, shellStore } from "../state/shell-store.ts";
import { bendsOf } from "../state/wire-bends.ts";
import { canvas } from "./canvas-handle.ts";
import { placeOfPort } from "./port-places.ts";
import { curvesThrough, middleOf } from "./wire-path.ts";

/** @param screen where it opens */
export function openPalette(screen: Point, wanted: Pick<PaletteRequest, "from" | "insertInto"> = { from: null }): void {
  const flow = canvas();
  if (flow === null) return;
  const place = flow.screenToFlowPosition(screen, { snapToGrid: false });
  shellStore.setState({ palette: { screen, place, ...wanted } });
}

/** @param screen absent: in the middle of the wire */
export function openInsert(workflow: Workflow, edge: string, screen?: Point): void {
  const wire = own(workflow.graph.edges, edge);
  const from = wire && placeOfPort(wire.from, "output");
  const to = wire && placeOfPort(wire.to, "input");
  if (from === undefined || from === null || to === undefined || to === null) return;
  const middle = middleOf(curvesThrough([from, ...bendsOf(workflow, edge), to]));
  const at = screen ?? canvas()?.flowToScreenPosition(middle);
  if (at !== undefined) openPalette(at, { from: null, insertInto: edge });
}
