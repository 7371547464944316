// A node that is dragged onto a wire which it fits is inserted there: one from the library, or one without wires.

import { nodeTypes } from "../../nodes/index.ts";
import { disconnect, type Point } from "../../src-main/common/workflow-edits.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { own, type Workflow, type WorkflowEdge } from "../../src-main/common/workflow.ts";
import { move, present } from "../commands/node-edits.ts";
import { insertNewNode, insertNode } from "../commands/wiring.ts";
import { bendsOf } from "../state/wire-bends.ts";
import { wireStore } from "../state/wire-store.ts";
import { refusalOf } from "./can-connect.ts";
import { canvas } from "./canvas-handle.ts";
import { cornerForMiddle } from "./node-geometry.ts";
import { passage } from "./passage.ts";
import { placeOfPort } from "./port-places.ts";
import { type SampledWire, wireThrough } from "./wire-hit.ts";
import { curvesThrough, pointsAlong } from "./wire-path.ts";

/** Points of a wire that are looked at: closer to each other than a node is wide, up to wires of some 5000 points. */
const SAMPLES = 48;
/** How near the pointer comes to a wire with a node from the library, in points of the screen. */
const NEAR = 14;

interface Dragged {
  readonly graph: Workflow["graph"];
  /** `null`: of the library. */
  readonly node: string | null;
  readonly type: NodeType;
  readonly wires: readonly SampledWire[];
}

interface Dragging {
  readonly id: string;
  readonly position: Point;
}

/** Found once a drag: the wires stay where they are, since the node has none. */
let dragged: Dragged | null = null;

/** While a node of the canvas is dragged. @param position that the pointer has brought it to, which is not drawn yet */
function aimNode({ id, position }: Dragging): void {
  const workflow = present();
  const type = nodeTypes.get(own(workflow?.graph.nodes ?? {}, id)?.type ?? "");
  if (workflow === undefined || type === undefined) return;
  const found = canvas()?.getInternalNode(id);
  if (found === undefined) return;
  const wires = wiresFor(workflow, id, type);
  if (wires.length === 0) return;
  const { width = 0, height = 0 } = found.measured;
  const drawn = found.internals.positionAbsolute;
  const [x, y] = [drawn.x + position.x - found.position.x, drawn.y + position.y - found.position.y];
  setTarget(wireThrough(wires, { x, y, width, height }));
}

/** While a node of the library is dragged over the canvas. @param screen the pointer */
export function aimType(type: NodeType, screen: Point): void {
  const workflow = present();
  const flow = canvas();
  if (workflow === undefined || flow === null) return;
  const { x, y } = flow.screenToFlowPosition(screen, { snapToGrid: false });
  const near = NEAR / flow.getZoom();
  const box = { x: x - near, y: y - near, width: 2 * near, height: 2 * near };
  setTarget(wireThrough(wiresFor(workflow, null, type), box));
}

export function endAim(): void {
  dragged = null;
  setTarget(null);
}

/** The end of a drag of nodes: they move, and a single one goes into the wire that was shown. */
export function putDown(places: Readonly<Record<string, Point>>): void {
  const { insertInto } = wireStore.getState();
  const [[id, place] = [], ...others] = Object.entries(places);
  if (insertInto !== null && id !== undefined && place !== undefined && others.length === 0)
    insertNode(id, place, insertInto);
  else move(places);
  endAim();
}

/** @param at on the canvas; @returns whether it was put into a wire */
export function putNew(type: NodeType, at: Point): boolean {
  const { insertInto } = wireStore.getState();
  endAim();
  if (insertInto === null) return false;
  insertNewNode(type, cornerForMiddle(type, at), insertInto);
  return true;
}

function setTarget(insertInto: string | null): void {
  if (wireStore.getState().insertInto !== insertInto) wireStore.setState({ insertInto });
}

function wiresFor(workflow: Workflow, node: string | null, type: NodeType): readonly SampledWire[] {
  if (dragged?.graph !== workflow.graph || dragged.node !== node || dragged.type !== type)
    dragged = { graph: workflow.graph, node, type, wires: fittingWires(workflow, node, type) };
  return dragged.wires;
}

function fittingWires(workflow: Workflow, node: string | null, type: NodeType): SampledWire[] {
  const edges = Object.entries(workflow.graph.edges);
  if (node !== null && edges.some(([, { from, to }]) => from.node === node || to.node === node)) return [];
  return edges.flatMap(([id, edge]) => {
    if (!fits(workflow, id, edge, node, type)) return [];
    const [from, to] = [placeOfPort(edge.from, "output"), placeOfPort(edge.to, "input")];
    if (from === null || to === null) return [];
    return [{ id, points: pointsAlong(curvesThrough([from, ...bendsOf(workflow, id), to]), SAMPLES) }];
  });
}

/** Of a node that is not there yet only the kinds are known. */
function fits(workflow: Workflow, id: string, edge: WorkflowEdge, node: string | null, type: NodeType): boolean {
  const through = passage(workflow, edge, type);
  if (through === null || node === null) return through !== null;
  const without = disconnect(workflow, [id]);
  return (
    refusalOf(without, edge.from, { node, port: through.input }) === null &&
    refusalOf(without, { node, port: through.output }, edge.to) === null
  );
}

/** Only of one node at a time. */
export const insertGesture = {
  onNodeDrag: (event: { readonly altKey: boolean }, node: Dragging, all: readonly unknown[]) => {
    // With Alt a copy is dragged, and goes where it is put down.
    if (all.length === 1 && !event.altKey) aimNode(node);
  },
  onNodeDragStop: endAim,
};
