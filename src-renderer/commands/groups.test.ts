import { expect, it } from "vitest";
import { moveNodes } from "../../src-main/common/workflow-edits.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { EMPTY_WORKFLOW } from "../state/document-store.ts";
import { placeOnCanvas, regroup, withMembers, withoutMembers } from "./groups.ts";

const node = { type: "canvas/note", version: 1, params: {} };
const frame = { type: "canvas/group", version: 1, params: {} };
const workflow: Workflow = {
  ...EMPTY_WORKFLOW,
  graph: { nodes: { outer: frame, inner: frame, in: node, out: node }, edges: {} },
  view: {
    nodes: {
      outer: { x: 100, y: 100, width: 600, height: 600 },
      inner: { x: 50, y: 50, width: 200, height: 200, group: "outer" },
      in: { x: 10, y: 10, group: "inner" },
      out: { x: 1000, y: 0 },
    },
  },
};
const size = () => ({ width: 20, height: 20 });

it("a group takes along what lies in it at any depth", () => {
  expect(withMembers(workflow, ["outer"])).toEqual(["outer", "inner", "in"]);
  expect(withoutMembers(workflow, ["in", "out", "outer"])).toEqual(["out", "outer"]);
});

it("a node that is put down on a group joins the innermost, and stays where it is seen", () => {
  const joined = regroup(moveNodes(workflow, { out: { x: 200, y: 200 } }), ["out"], size);
  expect(joined.view.nodes["out"]).toEqual({ x: 50, y: 50, group: "inner" });
  expect(placeOnCanvas(joined, "out")).toEqual({ x: 200, y: 200 });
});

it("a node that is pulled out of a group leaves it, into the one around it or into none", () => {
  const between = regroup(moveNodes(workflow, { in: { x: 300, y: 300 } }), ["in"], size);
  expect(between.view.nodes["in"]).toEqual({ x: 350, y: 350, group: "outer" });
  const free = regroup(moveNodes(workflow, { in: { x: 900, y: 0 } }), ["in"], size);
  expect(free.view.nodes["in"]).toEqual({ x: 1050, y: 150 });
});

it("nothing changes for a node that stays in its group, for a group, and for one whose size is not known", () => {
  expect(regroup(workflow, ["in"], size)).toBe(workflow);
  expect(regroup(workflow, ["inner"], size)).toBe(workflow);
  expect(regroup(moveNodes(workflow, {}), ["out"], () => undefined).view.nodes["out"]).toEqual({ x: 1000, y: 0 });
});

it("groups that lie in each other do not hang it", () => {
  const nodes = { ...workflow.view.nodes, outer: { x: 0, y: 0, group: "inner" } };
  const circle = { ...workflow, view: { nodes } };
  expect(withMembers(circle, ["outer"])).toEqual(["outer", "inner", "in"]);
  expect(placeOnCanvas(circle, "in")).toEqual({ x: 60, y: 60 });
});
