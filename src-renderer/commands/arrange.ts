// Puts nodes in order: by the wires, by their edges, by their distances. Each is one step of the history.

import { moveNodes, type Point } from "../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { canvas, glide } from "../canvas/canvas-handle.ts";
import { activeTab, edit } from "../state/document-store.ts";
import { toast } from "../state/toast-store.ts";
import { selectionOf, viewOf } from "../state/view-store.ts";
import { setBends } from "../state/wire-bends.ts";
import { text } from "../text/text.ts";

interface Box extends Point {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}
/** After which it is said what one waits for. */
const SLOW_MS = 700;
const USUAL = { width: 230, height: 150 };

/** The layout is computed in a worker of its own, loaded when it is first needed. */
export async function layOut(): Promise<void> {
  const tab = activeTab();
  if (tab === undefined) return;
  const { present } = tab.history;
  const chosen = selectionOf(tab.id).nodes;
  const boxes = boxesOf(tab.id, present, chosen.length > 1 ? chosen : Object.keys(present.graph.nodes));
  if (boxes.length === 0) return;
  const slow = setTimeout(() => toast({ tone: "info", title: text.edits.layingOut(boxes.length) }), SLOW_MS);
  await layOutBoxes(boxes, present).finally(() => clearTimeout(slow));
  requestAnimationFrame(() => void canvas()?.fitView({ padding: 0.12, maxZoom: 1, duration: glide() }));
}

async function layOutBoxes(boxes: readonly Box[], { graph }: Workflow): Promise<void> {
  const [{ default: Elk }, { default: Worker }] = await Promise.all([
    import("elkjs/lib/elk-api.js"),
    import("elkjs/lib/elk-worker.min.js?worker"),
  ]);
  const elk = new Elk({ workerFactory: () => new Worker() });
  const ids = new Set(boxes.map(({ id }) => id));
  const wires = Object.entries(graph.edges).filter(([, { from, to }]) => ids.has(from.node) && ids.has(to.node));
  const result = await elk.layout({
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.spacing.nodeNode": "40",
      "elk.layered.spacing.nodeNodeBetweenLayers": "90",
      "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
      "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
    },
    children: boxes.map(({ id, width, height }) => ({ id, width, height })),
    edges: wires.map(([id, { from, to }]) => ({ id, sources: [from.node], targets: [to.node] })),
  });
  elk.terminateWorker();
  const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
  const places = (result.children ?? []).map(({ id, x = 0, y = 0 }) => [
    id,
    { x: Math.round(left + x), y: Math.round(top + y) },
  ]);
  edit(text.edits.layout, (workflow) =>
    // Bends led the wires around where nodes were.
    wires.reduce((laid, [id]) => setBends(laid, id, []), moveNodes(workflow, Object.fromEntries(places))),
  );
}

const ALIGNMENTS = {
  left: (box: Box, all: readonly Box[]) => ({ x: Math.min(...all.map(({ x }) => x)), y: box.y }),
  centre: (box: Box, all: readonly Box[]) => ({ x: middle(all, "x", "width") - box.width / 2, y: box.y }),
  right: (box: Box, all: readonly Box[]) => ({
    x: Math.max(...all.map(({ x, width }) => x + width)) - box.width,
    y: box.y,
  }),
  top: (box: Box, all: readonly Box[]) => ({ x: box.x, y: Math.min(...all.map(({ y }) => y)) }),
  middle: (box: Box, all: readonly Box[]) => ({ x: box.x, y: middle(all, "y", "height") - box.height / 2 }),
  bottom: (box: Box, all: readonly Box[]) => ({
    x: box.x,
    y: Math.max(...all.map(({ y, height }) => y + height)) - box.height,
  }),
};

export function align(how: keyof typeof ALIGNMENTS): void {
  rearrange(text.edits.align(how), (boxes) => boxes.map((box) => [box.id, ALIGNMENTS[how](box, boxes)]));
}

/** The first and the last stay; between all there is as much room. */
export function distribute(along: "x" | "y"): void {
  const size = along === "x" ? "width" : "height";
  rearrange(text.edits.distribute(along === "x" ? "across" : "down"), (boxes) => {
    const sorted = boxes.toSorted((a, b) => a[along] - b[along]);
    const [first, last] = [sorted[0], sorted.at(-1)];
    if (first === undefined || last === undefined || sorted.length < 3) return [];
    const taken = sorted.slice(0, -1).reduce((sum, box) => sum + box[size], 0);
    const gap = (last[along] - first[along] - taken) / (sorted.length - 1);
    let at = first[along];
    return sorted.map((box) => {
      const place = { x: box.x, y: box.y, [along]: Math.round(at) };
      at += box[size] + gap;
      return [box.id, place];
    });
  });
}

function rearrange(label: string, place: (boxes: readonly Box[]) => readonly (readonly [string, Point])[]): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const boxes = boxesOf(tab.id, tab.history.present, selectionOf(tab.id).nodes);
  if (boxes.length > 1) edit(label, (workflow) => moveNodes(workflow, Object.fromEntries(place(boxes))));
}

/** Of nodes that lie in no group: a group moves with what lies in it. */
function boxesOf(tab: string, { view, graph }: Workflow, ids: readonly string[]): Box[] {
  const { measured } = viewOf(tab);
  return ids.flatMap((id) => {
    const { x, y, width, height, group } = own(view.nodes, id) ?? { x: 0, y: 0 };
    if (group !== undefined || own(graph.nodes, id) === undefined) return [];
    const size = measured.get(id) ?? { width: width ?? USUAL.width, height: height ?? USUAL.height };
    return [{ id, x, y, ...size }];
  });
}

function middle(all: readonly Box[], at: "x" | "y", size: "width" | "height"): number {
  const [low, high] = [Math.min(...all.map((box) => box[at])), Math.max(...all.map((box) => box[at] + box[size]))];
  return (low + high) / 2;
}
