import { expect, it } from "vitest";
import { addNode, copyNodes, paste } from "../../src-main/common/workflow-edits.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { boxesOf, overlap } from "../canvas/node-boxes.ts";
import { roomOf } from "../canvas/run-room.ts";
import { EMPTY_WORKFLOW } from "../state/document-store.ts";
import { placeOnCanvas } from "./groups.ts";
import { settle } from "./settle.ts";

const node = { type: "sampling/cfg", version: 1, params: {} };
const frame = { type: "canvas/group", version: 1, params: {} };
const workflow: Workflow = {
  ...EMPTY_WORKFLOW,
  graph: { nodes: { a: node, b: node, frame }, edges: {} },
  view: {
    nodes: { a: { x: 0, y: 0 }, b: { x: 260, y: 0 }, frame: { x: 1000, y: 0, width: 600, height: 500 } },
  },
};
const UNMEASURED = new Map();

function overlapsOf(settled: Workflow, ids: readonly string[]): number {
  const boxes = boxesOf(settled, ids);
  return boxes.flatMap((box, i) => boxes.slice(i + 1).filter((other) => overlap(box, other))).length;
}

it("a node that is put on another moves aside, and the other stays", () => {
  const settled = settle(addNode(workflow, "new", node, { x: 10, y: 10 }), ["new"], UNMEASURED);
  expect(overlapsOf(settled, ["a", "b", "new"])).toBe(0);
  expect(settled.view.nodes["a"]).toEqual(workflow.view.nodes["a"]);
});

it("a node that is put below one that a run makes higher leaves the room for it", () => {
  const unet = { type: "model/unet", version: 1, params: {} };
  const before = { ...workflow, graph: { nodes: { unet }, edges: {} }, view: { nodes: { unet: { x: 0, y: 0 } } } };
  const bottom = boxesOf(before, ["unet"]).map(({ height }) => height)[0] ?? 0;
  const settled = settle(addNode(before, "new", node, { x: 0, y: bottom + 25 }), ["new"], UNMEASURED);
  expect(boxesOf(settled, ["new"])[0]?.y).toBeGreaterThanOrEqual(bottom + roomOf(unet));
});

it("a node that is put into a group joins it, where it is seen", () => {
  const settled = settle(addNode(workflow, "new", node, { x: 1100, y: 100 }), ["new"], UNMEASURED);
  expect(settled.view.nodes["new"]?.group).toBe("frame");
  expect(placeOnCanvas(settled, "new")).toEqual({ x: 1100, y: 100 });
});

it("copies keep their places to each other, and come to lie on nothing as one block", () => {
  const pasted = paste(workflow, copyNodes(workflow, ["a", "b"]), { x: 0, y: 0 });
  const fresh = [...pasted.nodes.values()];
  const settled = settle(pasted.workflow, fresh, UNMEASURED, { x: 230, y: 60 });
  expect(overlapsOf(settled, ["a", "b", ...fresh])).toBe(0);
  const [first, second] = fresh.map((id) => placeOnCanvas(settled, id));
  expect([(second?.x ?? 0) - (first?.x ?? 0), (second?.y ?? 0) - (first?.y ?? 0)]).toEqual([260, 0]);
});
