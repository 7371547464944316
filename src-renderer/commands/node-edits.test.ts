import { beforeEach, expect, it } from "vitest";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { activeTab, addTab, EMPTY_WORKFLOW } from "../state/document-store.ts";
import { select } from "../state/view-store.ts";
import { present, toggleMode } from "./node-edits.ts";

const cfg = { type: "sampling/cfg", version: 1, params: {} };
const workflow: Workflow = {
  ...EMPTY_WORKFLOW,
  graph: {
    nodes: { frame: { type: "canvas/group", version: 1, params: {} }, inside: cfg, outside: cfg },
    edges: {},
  },
  view: { nodes: { frame: { x: 0, y: 0 }, inside: { x: 0, y: 0, group: "frame" }, outside: { x: 0, y: 0 } } },
};

beforeEach(() => void addTab({ name: "grouped", workflow }));

function modes(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(present()?.graph.nodes ?? {}).map(([id, { mode }]) => [id, mode]));
}

it("a group is muted by what lies in it: the frame computes nothing", () => {
  select(activeTab()?.id ?? "", { nodes: ["frame"] });
  toggleMode("muted");
  expect(modes()).toEqual({ frame: undefined, inside: "muted", outside: undefined });
  toggleMode("muted");
  expect(modes()).toEqual({ frame: undefined, inside: undefined, outside: undefined });
});
