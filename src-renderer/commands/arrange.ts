// Puts nodes in order: by the wires, by their edges, by their distances. Each is one step of the history.

import type { ELK } from "elkjs/lib/elk-api.js";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { fitIntoView } from "../canvas/bring-into-view.ts";
import { layOutWorkflow } from "../canvas/layout/lay-out.ts";
import { type Box, boxesOf, boxOf } from "../canvas/node-boxes.ts";
import { activeTab, edit } from "../state/document-store.ts";
import { toast } from "../state/toast-store.ts";
import { selectionOf, viewOf } from "../state/view-store.ts";
import { text } from "../text/text.ts";
import { placeOnCanvas, withoutMembers } from "./groups.ts";
import { moveWithBends } from "./move-with-bends.ts";

interface PlacedBox extends Box {
  readonly id: string;
}
/** After which it is said what one waits for. */
const SLOW_MS = 700;

/** The layout is computed in a worker of its own, loaded when it is first needed. The view follows what was laid out. */
export async function layOut(): Promise<void> {
  const tab = activeTab();
  if (tab === undefined) return;
  const { present } = tab.history;
  const chosen = selectionOf(tab.id).nodes;
  const ids = chosen.length > 1 ? chosen : Object.keys(present.graph.nodes);
  if (ids.length === 0) return;
  const { measured } = viewOf(tab.id);
  const slow = setTimeout(() => toast({ tone: "info", title: text.edits.layingOut(ids.length) }), SLOW_MS);
  const laid = await withElk((elk) => layOutWorkflow(present, ids, (graph) => elk.layout(graph), measured)).finally(
    () => clearTimeout(slow),
  );
  // What was done meanwhile is not undone by it.
  if (activeTab()?.history.present !== present) return toast({ tone: "info", title: text.edits.layoutStale });
  edit(text.edits.layout, () => laid);
  fitIntoView(boxesOf(laid, ids, measured));
}

async function withElk<T>(work: (elk: ELK) => Promise<T>): Promise<T> {
  const [{ default: Elk }, { default: Worker }] = await Promise.all([
    import("elkjs/lib/elk-api.js"),
    import("elkjs/lib/elk-worker.min.js?worker"),
  ]);
  const elk = new Elk({ workerFactory: () => new Worker() });
  return work(elk).finally(() => elk.terminateWorker());
}

const ALIGNMENTS = {
  left: (box: PlacedBox, all: readonly PlacedBox[]) => ({ x: Math.min(...all.map(({ x }) => x)), y: box.y }),
  centre: (box: PlacedBox, all: readonly PlacedBox[]) => ({ x: middle(all, "x", "width") - box.width / 2, y: box.y }),
  right: (box: PlacedBox, all: readonly PlacedBox[]) => ({
    x: Math.max(...all.map(({ x, width }) => x + width)) - box.width,
    y: box.y,
  }),
  top: (box: PlacedBox, all: readonly PlacedBox[]) => ({ x: box.x, y: Math.min(...all.map(({ y }) => y)) }),
  middle: (box: PlacedBox, all: readonly PlacedBox[]) => ({ x: box.x, y: middle(all, "y", "height") - box.height / 2 }),
  bottom: (box: PlacedBox, all: readonly PlacedBox[]) => ({
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

function rearrange(label: string, place: (boxes: readonly PlacedBox[]) => readonly (readonly [string, Point])[]): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const boxes = placedBoxes(tab.id, tab.history.present, selectionOf(tab.id).nodes);
  if (boxes.length < 2) return;
  edit(label, (workflow) =>
    moveWithBends(workflow, Object.fromEntries(place(boxes).map(([id, at]) => [id, fromGroup(workflow, id, at)]))),
  );
}

/** Without what moves along with a group among them. */
function placedBoxes(tab: string, workflow: Workflow, ids: readonly string[]): PlacedBox[] {
  const { measured } = viewOf(tab);
  return withoutMembers(workflow, ids).flatMap((id) => {
    const box = boxOf(workflow, id, measured);
    return box === undefined ? [] : [{ id, ...box }];
  });
}

/** Places count from the corner of the group that a node lies in. */
function fromGroup(workflow: Workflow, id: string, { x, y }: Point): Point {
  const frame = own(workflow.view.nodes, id)?.group;
  const corner = frame === undefined ? { x: 0, y: 0 } : placeOnCanvas(workflow, frame);
  return { x: x - corner.x, y: y - corner.y };
}

function middle(all: readonly PlacedBox[], at: "x" | "y", size: "width" | "height"): number {
  const [low, high] = [Math.min(...all.map((box) => box[at])), Math.max(...all.map((box) => box[at] + box[size]))];
  return (low + high) / 2;
}
