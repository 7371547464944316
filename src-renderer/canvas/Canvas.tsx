// The graph of one workflow. React Flow draws and reports gestures; what they mean for the document is decided here.

import "@xyflow/react/dist/style.css";
import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  type ReactFlowInstance,
  SelectionMode,
  useKeyPress,
} from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { useWorkflow } from "../state/document-store.ts";
import { usePreference } from "../state/preference-store.ts";
import { type MenuRequest, shellStore } from "../state/shell-store.ts";
import { select, updateView, useView, type Viewport, viewOf } from "../state/view-store.ts";
import { text } from "../text/text.ts";
import { setCanvas } from "./canvas-handle.ts";
import { type Detail, detailAt, DetailContext } from "./detail.ts";
import { createDerivation, type FlowEdge, type FlowNode } from "./flow-nodes.ts";
import { GroupNode, NoteNode } from "./FrameNodes.tsx";
import { insertGesture } from "./insert-gesture.ts";
import { menuOf } from "./menu-of.ts";
import { nodeDrop } from "./node-drop.ts";
import { nodeGestures, SEVERAL_KEYS } from "./node-gestures.ts";
import { familyOf } from "./node-look.ts";
import { NodeCard } from "./NodeCard.tsx";
import { NoSelectionFrame } from "./NoSelectionFrame.tsx";
import { openPalette } from "./open-palette.ts";
import { RemoteWires } from "./RemoteWires.tsx";
import { isViewOfAll, keepAllInView, viewOfAll } from "./view-of-all.ts";
import { WireEdge } from "./WireEdge.tsx";
import { WireLine } from "./WireLine.tsx";
import { MAX_ZOOM, MIN_ZOOM } from "./zoom-stops.ts";
import { ZoomControl } from "./ZoomControl.tsx";
import { ZoomMark } from "./ZoomMark.tsx";

const NODE_TYPES = { node: NodeCard, note: NoteNode, group: GroupNode };
const EDGE_TYPES = { wire: WireEdge };
const GRID: [number, number] = [20, 20];
const OVERVIEW_SIZE = { width: 150, height: 90 };
/** So far a hand may move in a click, in pixels of the screen. */
const CLICK_DISTANCE = 3;
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
  const [start] = useState(() => view.viewport ?? viewOfAll(tab, host));
  useEffect(() => keepAllInView(tab, host), [tab, host]);
  const [detail, setDetail] = useState<Detail>(() => detailAt(start.zoom));
  const isRemote = detail === "remote";
  const isBoxing = useKeyPress(SEVERAL_KEYS);
  const nodes = useMemo(
    () => (workflow === undefined ? [] : derive.nodes(workflow, view, isRemote)),
    [derive, workflow, view, isRemote],
  );
  const wires = useMemo(
    () => (workflow === undefined ? [] : derive.edges(workflow, view.selectedEdges, view.dragged)),
    [derive, workflow, view.selectedEdges, view.dragged],
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
        nodesConnectable={false}
        snapToGrid={snap}
        snapGrid={GRID}
        minZoom={MIN_ZOOM}
        maxZoom={MAX_ZOOM}
        deleteKeyCode={null}
        disableKeyboardA11y
        // Keys of commands go through nodes and wires; Tab goes past them, to what stands around the canvas.
        nodesFocusable={false}
        edgesFocusable={false}
        selectionKeyCode={null}
        selectionOnDrag={isBoxing}
        panOnDrag={!isBoxing}
        paneClickDistance={CLICK_DISTANCE}
        multiSelectionKeyCode={SEVERAL_KEYS}
        selectionMode={SelectionMode.Partial}
        zoomOnDoubleClick={false}
        elevateNodesOnSelect={false}
        onlyRenderVisibleElements
        proOptions={PRO_OPTIONS}
      >
        {isRemote ? null : (
          <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--canvas-dot)" />
        )}
        <NoSelectionFrame />
        <ZoomControl />
        <ZoomMark onChange={setDetail} />
        {isRemote ? <RemoteWires wires={wires} /> : null}
        <WireLine />
        {hasMinimap && !isRemote && view.viewport !== null ? <Overview /> : null}
      </ReactFlow>
    </DetailContext>
  );
}

/** The same for as long as the tab is shown: React Flow draws every node and wire again where one of them changed. */
function handlersOf(tab: string) {
  return {
    onInit: (flow: ReactFlowInstance<FlowNode, FlowEdge>) => setCanvas(flow),
    ...nodeGestures(tab),
    onDoubleClick: (event: React.MouseEvent) => {
      if (event.target instanceof Element && event.target.classList.contains("react-flow__pane"))
        openPalette({ x: event.clientX, y: event.clientY });
    },
    onNodeContextMenu: (event: React.MouseEvent, { id, data }: FlowNode) => {
      if (!viewOf(tab).selectedNodes.has(id)) select(tab, { nodes: [id] });
      const row = event.target instanceof Element ? event.target.closest("[data-param]") : null;
      const name = row?.getAttribute("data-param") ?? null;
      if (name === null) openMenu(event, menuOf(data.node));
      else openMenu(event, "param", { node: id, name });
    },
    onEdgeContextMenu: (event: React.MouseEvent, { id }: FlowEdge) => {
      select(tab, { edges: [id] });
      openMenu(event, "wire");
    },
    onPaneContextMenu: (event: MouseEvent | React.MouseEvent) => openMenu(event, "canvas"),
    ...nodeDrop,
    ...insertGesture,
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

function openMenu(event: MouseEvent | React.MouseEvent, of: MenuRequest["of"], param?: MenuRequest["param"]): void {
  event.preventDefault();
  const at = { x: event.clientX, y: event.clientY };
  shellStore.setState({ menu: { of, at, ...(param === undefined ? {} : { param }) } });
}
