// A check takes time with the size of the workflow, whatever its shape: the editor asks for one at each change.

import { expect, test } from "vitest";
import { emoji } from "../../nodes/testing/emoji-workflow.ts";
import type { PortEnd, Workflow, WorkflowNode } from "../common/workflow.ts";
import { faultsOfWorkflow } from "./program-file.ts";

const NODES = 3000;
/** Milliseconds: some ten times what a machine of today takes. */
const BUDGET = 4000;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const base = emoji();
const kinds = Object.values(base.graph.nodes);
const cfg = base.graph.nodes["cfg"];

type Nodes = Record<string, WorkflowNode>;
type Ends = readonly (readonly [from: PortEnd, to: PortEnd])[];

function workflow(nodes: Nodes, ends: Ends): Workflow {
  const edges = Object.fromEntries(ends.map(([from, to], i) => [`e${i}`, { from, to }]));
  return { ...base, graph: { ...base.graph, nodes, edges } };
}

function named(node: WorkflowNode | undefined): Nodes {
  if (node === undefined) throw new Error("the emoji workflow has no such node");
  return Object.fromEntries(range(NODES).map((i) => [`n${i}`, node]));
}

const guided = (i: number): PortEnd => ({ node: `n${i}`, port: "guided" });
const unet = (i: number): PortEnd => ({ node: `n${i}`, port: "unet" });

const SHAPES: Readonly<Record<string, () => Workflow>> = {
  "a copy beside the other": () => {
    const copies = range(Math.ceil(NODES / kinds.length));
    const nodes = copies.flatMap((i) => Object.entries(base.graph.nodes).map(([id, node]) => [`${id}-${i}`, node]));
    const ends = copies.flatMap((i) =>
      Object.values(base.graph.edges).map(({ from, to }): [PortEnd, PortEnd] => [
        { ...from, node: `${from.node}-${i}` },
        { ...to, node: `${to.node}-${i}` },
      ]),
    );
    return workflow(Object.fromEntries(nodes) as Nodes, ends);
  },
  "nodes without wires": () =>
    workflow(Object.fromEntries(range(NODES).map((i) => [`n${i}`, kinds[i % kinds.length]])) as Nodes, []),
  "a row of bypassed nodes, and many wires at its end": () => {
    const nodes = named(cfg === undefined ? undefined : { ...cfg, mode: "bypassed" });
    const rest = Object.fromEntries(Object.entries(named(cfg)).map(([id, node]) => [`on-${id}`, node]));
    const row = range(NODES - 1).map((i): [PortEnd, PortEnd] => [guided(i), unet(i + 1)]);
    const out = range(NODES).map((i): [PortEnd, PortEnd] => [guided(NODES - 1), { node: `on-n${i}`, port: "unet" }]);
    return workflow({ ...nodes, ...rest }, [...row, ...out]);
  },
  "one circle": () =>
    workflow(
      named(cfg),
      range(NODES).map((i) => [guided(i), unet((i + 1) % NODES)]),
    ),
  "many circles": () =>
    workflow(
      named(cfg),
      range(NODES).map((i) => [guided(i), unet(i ^ 1)]),
    ),
  "all wires into one port": () =>
    workflow(
      named(cfg),
      range(NODES).map((i) => [guided(i), unet(0)]),
    ),
  "wires that end nowhere": () =>
    workflow(
      named(cfg),
      range(NODES).map((i) => [{ node: `x${i}`, port: "guided" }, unet(i)]),
    ),
  "nodes that all save": () => workflow({ ...base.graph.nodes, ...named(base.graph.nodes["save"]) }, []),
};

test.each(Object.keys(SHAPES))("%s", (shape) => {
  const given = SHAPES[shape]?.();
  const began = performance.now();
  const faults = faultsOfWorkflow({ workflow: given, folder: "/" });
  expect(performance.now() - began).toBeLessThan(BUDGET);
  expect(faults.length).toBeGreaterThan(0);
});
