import { expect, it } from "vitest";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { EMPTY_WORKFLOW } from "../state/document-store.ts";
import { bendsOf, setBends } from "../state/wire-bends.ts";
import { moveWithBends } from "./move-with-bends.ts";

const node = { type: "sampling/cfg", version: 1, params: {} };
const frame = { type: "canvas/group", version: 1, params: {} };
const workflow: Workflow = setBends(
  {
    ...EMPTY_WORKFLOW,
    graph: {
      nodes: { a: node, b: node, frame },
      edges: { wire: { from: { node: "a", port: "guided" }, to: { node: "b", port: "model" } } },
    },
    view: {
      nodes: { frame: { x: 0, y: 0 }, a: { x: 0, y: 50, group: "frame" }, b: { x: 400, y: 50, group: "frame" } },
    },
  },
  "wire",
  [{ x: 300, y: 200 }],
);

it("a bend moves with both ends of its wire, also inside a group that is moved", () => {
  const both = moveWithBends(workflow, { a: { x: 10, y: 70 }, b: { x: 410, y: 70 } });
  expect(bendsOf(both, "wire")).toEqual([{ x: 310, y: 220 }]);
  expect(bendsOf(moveWithBends(workflow, { frame: { x: -100, y: 5 } }), "wire")).toEqual([{ x: 200, y: 205 }]);
});

it("a bend stays where only one end moves, or each its own way", () => {
  expect(bendsOf(moveWithBends(workflow, { a: { x: 10, y: 70 } }), "wire")).toEqual([{ x: 300, y: 200 }]);
  const apart = moveWithBends(workflow, { a: { x: 10, y: 70 }, b: { x: 410, y: 71 } });
  expect(bendsOf(apart, "wire")).toEqual([{ x: 300, y: 200 }]);
});
