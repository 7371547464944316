import { expect, it } from "vitest";
import { disconnect, removeNodes } from "../../src-main/common/workflow-edits.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { EMPTY_WORKFLOW } from "./document-store.ts";
import { bendsOf, insertBend, pruneView, setBends } from "./wire-bends.ts";

const node = { type: "canvas/note", version: 1, params: {} };
const wired: Workflow = {
  ...EMPTY_WORKFLOW,
  graph: {
    nodes: { a: node, b: node },
    edges: { wire: { from: { node: "a", port: "out" }, to: { node: "b", port: "in" } } },
  },
};
const bent = setBends(wired, "wire", [
  { x: 1, y: 2 },
  { x: 3, y: 4 },
]);

it("bends of a wire are read as they were set", () => {
  expect(bendsOf(bent, "wire")).toEqual([
    { x: 1, y: 2 },
    { x: 3, y: 4 },
  ]);
  expect(bendsOf(wired, "wire")).toBe(bendsOf(wired, "other"));
});

it("a wire without bends leaves nothing in the view", () => {
  expect(setBends(bent, "wire", []).view.wires).toEqual({});
});

it("bends keep what another program wrote beside them", () => {
  const marked = { ...bent, view: { ...bent.view, wires: { wire: { bends: [], label: "theirs" } } } };
  expect(setBends(marked, "wire", [{ x: 5, y: 6 }]).view.wires?.["wire"]).toEqual({
    bends: [{ x: 5, y: 6 }],
    label: "theirs",
  });
});

it("bends go with their wire, and with either of its nodes", () => {
  expect(pruneView(disconnect(bent, ["wire"])).view.wires).toEqual({});
  expect(pruneView(removeNodes(bent, ["a"])).view.wires).toEqual({});
});

it("a view in which nothing is left over stays the same object", () => {
  expect(pruneView(bent)).toBe(bent);
  expect(pruneView(wired)).toBe(wired);
});

it("a new bend comes between the two points that it lies between", () => {
  const bends = [{ x: 100, y: 0 }];
  const insert = (x: number) =>
    insertBend({ x: 0, y: 0 }, bends, { x: 200, y: 0 }, { x, y: 10.4 }).map((bend) => bend.x);
  expect(insert(50)).toEqual([50, 100]);
  expect(insert(150)).toEqual([100, 150]);
  expect(insertBend({ x: 0, y: 0 }, [], { x: 9, y: 0 }, { x: 4.6, y: 1.2 })).toEqual([{ x: 5, y: 1 }]);
});
