// What the pointer does to nodes and to what is selected. Drags and sizes go to the view; only their end, and only if it changed
// something, goes to the document.

import type { EdgeChange, NodeChange } from "@xyflow/react";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { copyTo } from "../commands/copies.ts";
import { resize } from "../commands/node-edits.ts";
import { select, type Size, updateView, viewOf } from "../state/view-store.ts";
import type { FlowEdge, FlowNode } from "./flow-nodes.ts";
import { putDown } from "./insert-gesture.ts";

/** The keys that draw a box on the canvas, and that add a click to what is selected or take it away. */
export const SEVERAL_KEYS = ["Shift", "Control", "Meta"];

interface Gesture {
  /** What was selected when the pointer went down. */
  readonly selected: ReadonlySet<string>;
  /** Whether the keys say that what is selected stays so. */
  readonly keeps: boolean;
  /** Whether a box is drawn, which adds to what was selected. */
  readonly isBox: boolean;
  /** Whether copies are dragged, and the nodes themselves stay. */
  readonly isCopy: boolean;
}

const NO_GESTURE: Gesture = { selected: new Set(), keeps: false, isBox: false, isCopy: false };

export function nodeGestures(tab: string) {
  let gesture = NO_GESTURE;
  return {
    onPointerDownCapture: ({ shiftKey, ctrlKey, metaKey, target }: React.PointerEvent) => {
      const isPane = target instanceof Element && target.classList.contains("react-flow__pane");
      const keeps = shiftKey || (isPane && (ctrlKey || metaKey));
      gesture = { ...NO_GESTURE, selected: viewOf(tab).selectedNodes, keeps };
    },
    onSelectionStart: () => {
      gesture = { ...gesture, isBox: true };
      select(tab, { nodes: [...gesture.selected] });
    },
    onSelectionEnd: () => {
      gesture = NO_GESTURE;
    },
    onNodeDragStart: (event: MouseEvent | TouchEvent | React.MouseEvent) => {
      gesture = { ...gesture, isCopy: event.altKey };
    },
    // A press on one of several may begin a drag of all; a click on it was meant for it alone.
    onNodeClick: ({ shiftKey, ctrlKey, metaKey }: React.MouseEvent, { id }: FlowNode) => {
      if (!shiftKey && !ctrlKey && !metaKey) select(tab, { nodes: [id] });
    },
    onNodesChange: (changes: NodeChange<FlowNode>[]) => takeNodeChanges(tab, changes, gesture),
    // A box chooses nodes; their wires go where they go.
    onEdgesChange: (changes: EdgeChange<FlowEdge>[]) => {
      if (!gesture.isBox) takeEdgeChanges(tab, changes, gesture);
    },
  };
}

function takeNodeChanges(tab: string, changes: readonly NodeChange<FlowNode>[], gesture: Gesture): void {
  const view = viewOf(tab);
  const { selectedEdges } = view;
  const chosen = new Set(view.selectedNodes);
  const drawn = new Map<string, Size>();
  const dragged = { ...view.dragged };
  const resized = { ...view.resized };
  const copies = { ...view.copies };
  const done: Record<string, Point> = {};
  const sized: Record<string, Size> = {};
  // From its left or top a node is moved as it is resized, and what lies in a group the other way.
  const isResizing = changes.some((change) => change.type === "dimensions" && change.resizing === true);
  for (const change of changes) {
    if (change.type === "select") {
      if (change.selected) chosen.add(change.id);
      else if (!gesture.keeps || (gesture.isBox && !gesture.selected.has(change.id))) chosen.delete(change.id);
    }
    if (change.type === "dimensions" && change.dimensions !== undefined) {
      if (change.resizing === undefined) drawn.set(change.id, change.dimensions);
      else if (change.resizing) resized[change.id] = change.dimensions;
      else sized[change.id] = resized[change.id] ?? change.dimensions;
    }
    if (change.type === "position" && change.position !== undefined) {
      if (change.dragging !== true && !isResizing) done[change.id] = change.position;
      else if (gesture.isCopy) copies[change.id] = change.position;
      else dragged[change.id] = change.position;
    }
  }
  const isSized = Object.keys(sized).length > 0;
  const isMoved = Object.keys(done).length > 0;
  updateView(tab, {
    measured: drawn.size === 0 ? view.measured : new Map([...view.measured, ...drawn]),
    dragged: isSized || isMoved ? {} : dragged,
    resized: isSized ? {} : resized,
    copies: isMoved ? {} : copies,
  });
  select(tab, { nodes: [...chosen], edges: [...selectedEdges] });
  if (isSized) resize(sized, view.dragged);
  if (isMoved) (gesture.isCopy ? copyTo : putDown)(done);
}

function takeEdgeChanges(tab: string, changes: readonly EdgeChange<FlowEdge>[], { keeps }: Gesture): void {
  const { selectedNodes, selectedEdges } = viewOf(tab);
  const chosen = new Set(selectedEdges);
  for (const change of changes) {
    if (change.type !== "select") continue;
    if (change.selected) chosen.add(change.id);
    else if (!keeps) chosen.delete(change.id);
  }
  select(tab, { nodes: [...selectedNodes], edges: [...chosen] });
}
