// Lays a workflow out by its wires, so that as few of them as can be run behind a node. Pure but for the layout program, which is given.

import type { ElkNode, LayoutOptions } from "elkjs/lib/elk-api.js";
import { moveNodes, type Point } from "../../../src-main/common/workflow-edits.ts";
import { type NodeView, own, type Workflow } from "../../../src-main/common/workflow.ts";
import { placeOnCanvas, withMembers, withoutMembers } from "../../commands/groups.ts";
import type { Size } from "../../state/view-store.ts";
import { setBends } from "../../state/wire-bends.ts";
import { freePlace } from "../free-place.ts";
import { boundsOf, type Box, boxesOf, boxOf, roomyBoxesOf } from "../node-boxes.ts";
import { shapeOf } from "../node-look.ts";
import { blockOf, elkGraph, type Laid } from "./elk-graph.ts";
import { type Anchor, anchorsOf } from "./note-anchors.ts";
import { bendsAround, type Detour, detoursOf } from "./wire-detours.ts";
import { boxesAlongWires, obstaclesIn, pointsBehind, wiresOf } from "./wires-behind.ts";

/** `ELK.layout`. */
export type Layouter = (graph: ElkNode) => Promise<ElkNode>;

/** Ways to lay out, of which none is best for every graph: the first is taken where others are no better. */
const ATTEMPTS: readonly LayoutOptions[] = ["NETWORK_SIMPLEX", "BRANDES_KOEPF"].flatMap((placement) =>
  ["NODES_AND_EDGES", "NONE"].flatMap((order) =>
    ["NETWORK_SIMPLEX", "LONGEST_PATH_SOURCE"].map((layering) => ({
      "elk.layered.nodePlacement.strategy": placement,
      "elk.layered.considerModelOrder.strategy": order,
      "elk.layered.layering.strategy": layering,
    })),
  ),
);
/** A larger graph is laid out once. */
const MOST_COMPARED = 120;
/** Of what a wire is worse by that has a bend, in points behind nodes: bends stand where they were made when nodes are moved later. */
const BEND_COST = 0.5;

/** @param ids of what is laid out, with all that lies in groups among it */
export async function layOutWorkflow(
  workflow: Workflow,
  ids: readonly string[],
  layout: Layouter,
  measured: ReadonlyMap<string, Size> = new Map(),
): Promise<Workflow> {
  const all = withMembers(workflow, ids);
  if (boxesOf(workflow, all).length === 0) return workflow;
  const anchors = anchorsOf(workflow, all, measured);
  // A group grows with what lies in it; on the canvas there is room all around.
  const isFree = ({ note, anchor }: Anchor): boolean =>
    own(workflow.view.nodes, note)?.group === undefined || isGroup(workflow, anchor);
  const laid = {
    workflow,
    ids: all,
    bound: anchors.filter((each) => !isFree(each)),
    free: anchors.filter(isFree),
    measured,
  };
  const attempts = all.length > MOST_COMPARED ? ATTEMPTS.slice(0, 1) : ATTEMPTS;
  let best: { readonly workflow: Workflow; readonly cost: number } | null = null;
  for (const options of attempts) {
    const result = await layout(elkGraph(laid, options));
    const next = finish(laid, result);
    if (best === null || next.cost < best.cost) best = next;
  }
  return best?.workflow ?? workflow;
}

function finish(laid: Laid, result: ElkNode): { readonly workflow: Workflow; readonly cost: number } {
  const { workflow, ids, measured } = laid;
  const before = boundsOf(boxesOf(workflow, withoutMembers(workflow, ids), measured));
  const shift = { x: Math.round(before.x), y: Math.round(before.y) };
  const led = leadWires(laid, placeNodes(laid, result, shift), detoursOf(result, shift));
  return { ...led, workflow: placeNotes(laid, led.workflow) };
}

/** Places count from the corner of the group that they lie in, as before. */
function placeNodes({ workflow, bound, measured }: Laid, result: ElkNode, shift: Point): Workflow {
  const places = new Map<string, Box>();
  const visit = ({ children = [] }: ElkNode): void => {
    for (const child of children) {
      const { id, x = 0, y = 0, width = 0, height = 0 } = child;
      const now = boxOf(workflow, id, measured) ?? { x: 0, y: 0, width, height };
      const notes = bound.filter(({ anchor }) => anchor === id);
      const block = blockOf(now, notes, workflow, measured);
      places.set(id, { x: shift.x + x + now.x - block.x, y: shift.y + y + now.y - block.y, width, height });
      for (const { note, offset } of notes) {
        const at = places.get(id) ?? now;
        places.set(note, { x: at.x + offset.x, y: at.y + offset.y, width: 0, height: 0 });
      }
      visit(child);
    }
  };
  visit(result);
  const views = [...places].map(([id, box]): [string, NodeView] => {
    const view = own(workflow.view.nodes, id) ?? { x: 0, y: 0 };
    const frame =
      view.group === undefined ? undefined : (places.get(view.group) ?? placeOnCanvas(workflow, view.group));
    const place = { x: Math.round(box.x - (frame?.x ?? 0)), y: Math.round(box.y - (frame?.y ?? 0)) };
    const isFrame = isGroup(workflow, id) && box.width > 0;
    return [
      id,
      { ...view, ...place, ...(isFrame ? { width: Math.round(box.width), height: Math.round(box.height) } : {}) },
    ];
  });
  return { ...workflow, view: { ...workflow.view, nodes: { ...workflow.view.nodes, ...Object.fromEntries(views) } } };
}

/** Those that lie in no group: on the same side of what they belong to, as near as there is neither a node nor a wire. */
function placeNotes({ free, ids, measured }: Laid, workflow: Workflow): Workflow {
  return free.reduce((next, { note, anchor, offset }) => {
    const [box, at] = [boxOf(next, note, measured), boxOf(next, anchor, measured)];
    if (box === undefined || at === undefined) return next;
    const others = roomyBoxesOf(
      next,
      ids.filter((id) => id !== note),
      measured,
    );
    const place = freePlace({ ...box, x: at.x + offset.x, y: at.y + offset.y }, [...others, ...boxesAlongWires(next)]);
    return moveNodes(next, { [note]: { x: Math.round(place.x), y: Math.round(place.y) } });
  }, workflow);
}

/** Straight where nothing is in the way, and else around it. */
function leadWires(
  { ids, free, measured }: Laid,
  workflow: Workflow,
  detours: ReadonlyMap<string, Detour>,
): { readonly workflow: Workflow; readonly cost: number } {
  const here = new Set(ids);
  const isFree = new Set(free.map(({ note }) => note));
  const obstacles = new Map([...obstaclesIn(workflow, measured)].filter(([id]) => !isFree.has(id)));
  let cost = 0;
  const led = wiresOf(workflow)
    .filter(({ from, to }) => here.has(from) && here.has(to))
    .reduce((next, wire) => {
      const ways = bendsAround(wire, detours.get(wire.edge), obstacles).map((bends) => ({
        bends,
        cost: pointsBehind(wire, bends, obstacles) + BEND_COST * bends.length,
      }));
      const [best] = ways.toSorted((a, b) => a.cost - b.cost);
      cost += best?.cost ?? 0;
      return setBends(next, wire.edge, best?.bends ?? []);
    }, workflow);
  return { workflow: led, cost };
}

function isGroup({ graph }: Workflow, id: string): boolean {
  const node = own(graph.nodes, id);
  return node !== undefined && shapeOf(node) === "group";
}
