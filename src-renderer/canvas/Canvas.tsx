// The graph of one workflow. React Flow draws and reports gestures; what they mean for the document is decided here.

import "@xyflow/react/dist/style.css";
import {
  Background,
  BackgroundVariant,
  ConnectionLineType,
  type EdgeChange,
  MiniMap,
  type NodeChange,
  ReactFlow,
  type ReactFlowInstance,
  SelectionMode,
} from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { move, resize } from "../commands/node-edits.ts";
import { useWorkflow } from "../state/document-store.ts";
import { usePreference } from "../state/preference-store.ts";
import { type MenuRequest, shellStore } from "../state/shell-store.ts";
import { select, updateView, useView, type Viewport, viewOf } from "../state/view-store.ts";
import { text } from "../text/text.ts";
import { setCanvas } from "./canvas-handle.ts";
import { type Detail, detailAt, DetailContext } from "./detail.ts";
import { createDerivation, type FlowEdge, type FlowNode } from "./flow-nodes.ts";
import { GroupNode, NoteNode } from "./FrameNodes.tsx";
import { nodeDrop } from "./node-drop.ts";
import { familyOf } from "./node-look.ts";
import { NodeCard } from "./NodeCard.tsx";
import { openPalette } from "./open-palette.ts";
import { RemoteWires } from "./RemoteWires.tsx";
import { isViewOfAll, keepAllInView, MIN_ZOOM, viewOfAll } from "./view-of-all.ts";
import { wireGestures } from "./wire-gestures.ts";
import { WireEdge } from "./WireEdge.tsx";
import { WireRefusal } from "./WireRefusal.tsx";
import { ZoomMark } from "./ZoomMark.tsx";

const NODE_TYPES = { node: NodeCard, note: NoteNode, group: GroupNode };
const EDGE_TYPES = { wire: WireEdge };
const GRID: [number, number] = [20, 20];
const OVERVIEW_SIZE = { width: 150, height: 90 };
const SEVERAL = ["Meta", "Control", "Shift"];
const NO_WIRES: FlowEdge[] = [];
const PRO_OPTIONS = { hideAttribution: true };

interface CanvasProps {
  readonly tab: string;
  /** What the canvas fills. */
  readonly host: HTMLElement;
}

export function Canvas({ tab, host }: CanvasProps) {
  const workflow = useWorkflow((present) => present);
  const view = useView(tab, (state) => state);
  const snap = usePreference("snap");
  const hasMinimap = usePreference("minimap");
  const derive = useMemo(createDerivation, []);
  const [start] = useState(() => view.viewport ?? viewOfAll(workflow, host));
  useEffect(() => keepAllInView(tab, host), [tab, host]);
  const [detail, setDetail] = useState<Detail>(() => detailAt(start.zoom));
  const isRemote = detail === "remote";
  const nodes = useMemo(
    () => (workflow === undefined ? [] : derive.nodes(workflow, view, isRemote)),
    [derive, workflow, view, isRemote],
  );
  const wires = useMemo(
    () => (workflow === undefined ? [] : derive.edges(workflow, view.selectedEdges)),
    [derive, workflow, view.selectedEdges],
  );
  useEffect(() => () => setCanvas(null), []);
  const on = useMemo(() => handlersOf(tab), [tab]);
  return (
    <DetailContext value={detail}>
      <ReactFlow<FlowNode, FlowEdge>
        nodes={nodes}
        edges={isRemote ? NO_WIRES : wires}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        {...on}
        defaultViewport={start}
        connectionLineType={ConnectionLineType.Bezier}
        snapToGrid={snap}
        snapGrid={GRID}
        minZoom={MIN_ZOOM}
        maxZoom={2.5}
        deleteKeyCode={null}
        disableKeyboardA11y
        selectionKeyCode="Shift"
        multiSelectionKeyCode={SEVERAL}
        selectionMode={SelectionMode.Partial}
        zoomOnDoubleClick={false}
        elevateNodesOnSelect={false}
        onlyRenderVisibleElements
        proOptions={PRO_OPTIONS}
      >
        {isRemote ? null : (
          <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--canvas-dot)" />
        )}
        <ZoomMark onChange={setDetail} />
        {isRemote ? <RemoteWires wires={wires} /> : null}
        <WireRefusal />
        {hasMinimap && !isRemote ? <Overview /> : null}
      </ReactFlow>
    </DetailContext>
  );
}

/** The same for as long as the tab is shown: React Flow draws every node and wire again where one of them changed. */
function handlersOf(tab: string) {
  return {
    onInit: (flow: ReactFlowInstance<FlowNode, FlowEdge>) => setCanvas(flow),
    onNodesChange: (changes: NodeChange<FlowNode>[]) => takeChanges(tab, changes),
    onEdgesChange: (changes: EdgeChange<FlowEdge>[]) => takeEdgeChanges(tab, changes),
    ...wireGestures,
    onDoubleClick: (event: React.MouseEvent) => {
      if (event.target instanceof Element && event.target.classList.contains("react-flow__pane"))
        openPalette(event.clientX, event.clientY);
    },
    onNodeContextMenu: (event: React.MouseEvent, { id }: FlowNode) => {
      if (!viewOf(tab).selectedNodes.has(id)) select(tab, { nodes: [id] });
      openMenu(event, "node");
    },
    onSelectionContextMenu: (event: React.MouseEvent) => openMenu(event, "node"),
    onEdgeContextMenu: (event: React.MouseEvent, { id }: FlowEdge) => {
      select(tab, { edges: [id] });
      openMenu(event, "wire");
    },
    onPaneContextMenu: (event: MouseEvent | React.MouseEvent) => openMenu(event, "canvas"),
    ...nodeDrop,
    onMoveStart: () => markMoving(true),
    onMoveEnd: (_: MouseEvent | TouchEvent | null, viewport: Viewport) => {
      markMoving(false);
      if (!isViewOfAll(viewport)) updateView(tab, { viewport });
    },
  };
}

/** While the view moves, nothing is looked for under the pointer: that takes its time among hundreds of nodes. */
function markMoving(isMoving: boolean): void {
  document.querySelector(".react-flow")?.toggleAttribute("data-moving", isMoving);
}

function takeEdgeChanges(tab: string, changes: readonly EdgeChange<FlowEdge>[]): void {
  const { selectedNodes, selectedEdges } = viewOf(tab);
  const chosen = new Set(selectedEdges);
  for (const change of changes) {
    if (change.type !== "select") continue;
    if (change.selected) chosen.add(change.id);
    else chosen.delete(change.id);
  }
  select(tab, { nodes: [...selectedNodes], edges: [...chosen] });
}

function Overview() {
  return (
    <MiniMap<FlowNode>
      style={OVERVIEW_SIZE}
      pannable
      zoomable
      ariaLabel={text.canvas.minimap}
      nodeColor={(node) => `var(--family-${familyOf(node.data.node.type)}, var(--muted))`}
      bgColor="var(--panel)"
      maskColor="var(--minimap-mask)"
    />
  );
}

/** Drags and sizes go to the view; only their end, and only if it changed something, goes to the document. */
function takeChanges(tab: string, changes: readonly NodeChange<FlowNode>[]): void {
  const view = viewOf(tab);
  const chosen = new Set(view.selectedNodes);
  const measured = new Map(view.measured);
  const dragged = { ...view.dragged };
  const resized = { ...view.resized };
  const done: Record<string, { x: number; y: number }> = {};
  const sized: Record<string, { width: number; height: number }> = {};
  for (const change of changes) {
    if (change.type === "select") {
      if (change.selected) chosen.add(change.id);
      else chosen.delete(change.id);
    }
    if (change.type === "dimensions" && change.dimensions !== undefined) {
      if (change.resizing === undefined) measured.set(change.id, change.dimensions);
      else if (change.resizing) resized[change.id] = change.dimensions;
      else sized[change.id] = resized[change.id] ?? change.dimensions;
    }
    if (change.type === "position" && change.position !== undefined) {
      if (change.dragging === true) dragged[change.id] = change.position;
      else done[change.id] = change.position;
    }
  }
  for (const id of Object.keys(done)) delete dragged[id];
  for (const id of Object.keys(sized)) delete resized[id];
  updateView(tab, { measured, dragged, resized });
  select(tab, { nodes: [...chosen], edges: [...view.selectedEdges] });
  if (Object.keys(done).length > 0) move(done);
  if (Object.keys(sized).length > 0) resize(sized, view.dragged);
}

function openMenu(event: MouseEvent | React.MouseEvent, of: MenuRequest["of"]): void {
  event.preventDefault();
  shellStore.setState({ menu: { of, at: { x: event.clientX, y: event.clientY } } });
}
