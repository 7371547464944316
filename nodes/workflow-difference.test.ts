import { expect, test } from "vitest";
import { differencesBetween, parametersOf } from "../src-main/common/workflow-difference.ts";
import type { Workflow } from "../src-main/common/workflow.ts";
import { nodeTypes } from "./index.ts";
import { template } from "./testing/templates.ts";

const between = (before: Workflow, after: Workflow) => differencesBetween(before, after, nodeTypes);
const nodeOfType = ({ graph }: Workflow, type: string): string =>
  Object.keys(graph.nodes).find((id) => graph.nodes[id]?.type === type) ?? "";

function withParams(workflow: Workflow, id: string, params: Readonly<Record<string, unknown>>): Workflow {
  const node = workflow.graph.nodes[id];
  if (node === undefined) throw new Error(`there is no ${id}`);
  const nodes = { ...workflow.graph.nodes, [id]: { ...node, params: { ...node.params, ...params } } };
  return { ...workflow, graph: { ...workflow.graph, nodes } };
}

function without(workflow: Workflow, id: string): Workflow {
  const nodes = Object.fromEntries(Object.entries(workflow.graph.nodes).filter(([other]) => other !== id));
  const edges = Object.entries(workflow.graph.edges).filter(([, { from, to }]) => from.node !== id && to.node !== id);
  return { ...workflow, graph: { ...workflow.graph, nodes, edges: Object.fromEntries(edges) } };
}

const workflow = template("learn-emoji");
const cfg = nodeOfType(workflow, "sampling/cfg");
const reward = nodeOfType(workflow, "reward/model");

test("a changed parameter is told by its node's title and its label, with both values", () => {
  const before = withParams(workflow, cfg, { scale: 7.5 });
  expect(between(before, withParams(workflow, cfg, { scale: 5 }))).toEqual([
    { kind: "param", node: cfg, title: "CFG", label: "Guidance scale", before: "7.5", after: "5" },
  ]);
});

test("a default that is written down differs in nothing from one that is left out, nor do places, notes and key order", () => {
  const { scale: _, ...others } = workflow.graph.nodes[cfg]?.params ?? {};
  const node = workflow.graph.nodes[cfg];
  const nodes = { ...workflow.graph.nodes, ...(node && { [cfg]: { ...node, params: others } }) };
  const silent: Workflow = { ...workflow, graph: { ...workflow.graph, nodes } };
  expect(between(silent, withParams(workflow, cfg, { scale: 7.5 }))).toEqual([]);
  const note = { type: "canvas/note", version: 1, params: { text: "hello" } };
  const reversed = Object.fromEntries(Object.entries(workflow.graph.nodes).toReversed());
  const moved = {
    ...workflow,
    view: { nodes: {} },
    graph: { ...workflow.graph, nodes: { ...reversed, "note-9": note } },
  };
  expect(between(workflow, moved)).toEqual([]);
});

test("a node that came or went is told once, without its wires", () => {
  const fewer = without(workflow, reward);
  expect(between(fewer, workflow)).toEqual([{ kind: "added", node: reward, title: expect.stringMatching(/^Reward/) }]);
  expect(between(workflow, fewer)).toEqual([
    { kind: "removed", node: reward, title: expect.stringMatching(/^Reward/) },
  ]);
});

test("a node that was deleted and made anew is the same one where it is the only one of its type", () => {
  const node = workflow.graph.nodes[cfg];
  const rest = without(workflow, cfg);
  const edges = Object.entries(workflow.graph.edges).map(([id, { from, to }]) => {
    const renamed = <End extends { readonly node: string }>(end: End): End =>
      end.node === cfg ? { ...end, node: "cfg-2" } : end;
    return [id, { from: renamed(from), to: renamed(to) }];
  });
  const nodes = { ...rest.graph.nodes, ...(node && { "cfg-2": { ...node, params: { ...node.params, scale: 9 } } }) };
  const anew: Workflow = { ...workflow, graph: { ...workflow.graph, nodes, edges: Object.fromEntries(edges) } };
  const before = withParams(workflow, cfg, { scale: 7.5 });
  expect(between(before, anew)).toEqual([
    { kind: "param", node: "cfg-2", title: "CFG", label: "Guidance scale", before: "7.5", after: "9" },
  ]);
});

test("muting, and a wire between nodes that stay, are told", () => {
  const node = workflow.graph.nodes[reward];
  const muted: Workflow = {
    ...workflow,
    graph: {
      ...workflow.graph,
      nodes: { ...workflow.graph.nodes, ...(node && { [reward]: { ...node, mode: "muted" } }) },
    },
  };
  expect(between(workflow, muted)).toEqual([{ kind: "muted", node: reward, title: expect.stringMatching(/^Reward/) }]);
  expect(between(muted, workflow)).toEqual([
    { kind: "turned on", node: reward, title: expect.stringMatching(/^Reward/) },
  ]);
  const [id = ""] = Object.keys(workflow.graph.edges);
  const { [id]: _, ...edges } = workflow.graph.edges;
  const unwired = between(workflow, { ...workflow, graph: { ...workflow.graph, edges } });
  expect(unwired).toHaveLength(1);
  expect(unwired[0]).toMatchObject({ kind: "unwired", from: expect.stringContaining(" › ") });
});

test("a file is the same whether it is named from the root or from where the workflow lies", () => {
  const prompts = nodeOfType(workflow, "input/prompts");
  const file = (path: string) => withParams(workflow, prompts, { file: path });
  expect(between(file("/home/me/lists/mine.txt"), file("lists/mine.txt"))).toEqual([]);
  expect(between(file("/home/me/mine.txt"), file("other.txt"))).toMatchObject([
    { before: "mine.txt", after: "other.txt" },
  ]);
});

test("parameters have the same key in every run of a workflow, and a second node of a type is counted", () => {
  const parameters = parametersOf(workflow, nodeTypes);
  expect(parameters).toContainEqual({ key: `${cfg}.scale`, label: "CFG Guidance scale", value: expect.any(String) });
  expect(new Set(parameters.map(({ key }) => key)).size).toBe(parameters.length);
  expect(parameters.some(({ label }) => label.startsWith("Reward 2 "))).toBe(true);
});
