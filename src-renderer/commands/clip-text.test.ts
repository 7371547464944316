import { expect, it } from "vitest";
import { paste } from "../../src-main/common/workflow-edits.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { EMPTY_WORKFLOW } from "../state/document-store.ts";
import { printClip, readClip } from "./clip-text.ts";

const node = { type: "sampling/cfg", version: 1, params: { scale: 3, theirs: [1, "two", null] } };
const workflow: Workflow = {
  ...EMPTY_WORKFLOW,
  graph: {
    nodes: { a: node, b: node, c: node, frame: { type: "canvas/group", version: 1, params: { title: "Both" } } },
    edges: {
      inside: { from: { node: "a", port: "guided" }, to: { node: "b", port: "model" } },
      outside: { from: { node: "b", port: "guided" }, to: { node: "c", port: "model" } },
    },
  },
  view: {
    nodes: {
      a: { x: 10, y: 20, group: "frame" },
      b: { x: 30, y: 40, group: "frame", collapsed: true },
      c: { x: 900, y: 0 },
      frame: { x: 100, y: 100, width: 400, height: 300 },
    },
  },
};

it("nodes go through text unchanged, with the wires between them and no others", () => {
  expect(readClip(printClip(workflow, ["a", "b"]))).toEqual({
    nodes: { a: node, b: node },
    edges: { inside: workflow.graph.edges["inside"] },
    views: { a: workflow.view.nodes["a"], b: workflow.view.nodes["b"] },
  });
});

it("a group goes with what lies in it, and its copy holds the copies", () => {
  const clip = readClip(printClip(workflow, ["frame"]));
  expect(Object.keys(clip?.nodes ?? {}).toSorted()).toEqual(["a", "b", "frame"]);
  const pasted = clip && paste(workflow, clip, { x: 50, y: 0 });
  const copy = pasted?.nodes.get("a") ?? "";
  expect(pasted?.workflow.view.nodes[copy]).toEqual({ x: 10, y: 20, group: pasted?.nodes.get("frame") });
});

it("what is no clip is none", () => {
  const clip = JSON.parse(printClip(workflow, ["a"])) as Record<string, unknown>;
  for (const words of [
    "",
    "hello",
    "null",
    "[]",
    JSON.stringify(workflow),
    JSON.stringify({ ...clip, format: "other" }),
    JSON.stringify({ ...clip, workflow: { ...workflow, graph: { nodes: { a: { type: 3 } }, edges: {} } } }),
    `{"format":"reneg-workflow-nodes","workflow":{"format":"reneg-workflow","formatVersion":1,"graph":{"nodes":{"__proto__":{}},"edges":{}},"view":{"nodes":{}}}}`,
  ])
    expect(readClip(words), words).toBeNull();
});
