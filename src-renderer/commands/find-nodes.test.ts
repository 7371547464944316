import { expect, it } from "vitest";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { EMPTY_WORKFLOW } from "../state/document-store.ts";
import { findNodes } from "./find-nodes.ts";

const workflow: Workflow = {
  ...EMPTY_WORKFLOW,
  graph: {
    nodes: {
      right: { type: "reward/model", version: 1, params: { path: "emoji:rewards/preference" } },
      left: { type: "reward/model", version: 1, params: { path: "pickscore" } },
      cfg: { type: "sampling/cfg", version: 1, params: { scale: 7.25 } },
      odd: { type: "of/another", version: 1, params: { strength: "reward-like" } },
    },
    edges: {},
  },
  view: {
    nodes: {
      right: { x: 500, y: 0 },
      left: { x: 0, y: 0 },
      cfg: { x: 900, y: 0, name: "Guidance" },
      odd: { x: 0, y: 9 },
    },
  },
};
const idsOf = (query: string): string[] => findNodes(workflow, query).map(({ id }) => id);

it("nodes are found by title, from left to right, before those of which only a value fits", () => {
  expect(idsOf("reward")).toEqual(["left", "right", "odd"]);
});

it("nodes are found by the name that was given, by type and by value, which is told", () => {
  expect(idsOf("guidance")).toEqual(["cfg"]);
  expect(idsOf("sampling/cfg")).toEqual(["cfg"]);
  expect(findNodes(workflow, "7.25")).toEqual([{ id: "cfg", where: expect.stringContaining("7.25") }]);
  expect(idsOf("rewards/preference")).toEqual(["right"]);
});

it("all words have to fit, and none finds nothing", () => {
  expect(idsOf("emoji preference")).toEqual(["right"]);
  expect(idsOf("emoji pickscore")).toEqual([]);
  expect(idsOf("  ")).toEqual([]);
});
