import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseWorkflow } from "../workflow-file.ts";
import { version2 } from "./version-2.ts";

function opened(name: string) {
  const text = readFileSync(new URL(`fixtures/${name}.reneg.json`, import.meta.url), "utf8");
  return { before: JSON.parse(text), after: parseWorkflow(text, name).workflow };
}

test("the steps that training goes through move from the optimizer to the samplers that its objective hangs on", () => {
  const { before, after } = opened("v1-per-sample");
  const { nodes } = after.graph;
  const { lastSteps, gradientSteps, ...others } = before.graph.nodes.optimizer.params;
  expect([lastSteps, gradientSteps]).toEqual([4, 3]);
  expect(nodes["optimizer"]?.params).toEqual(others);
  expect(nodes["sampler"]?.params).toEqual({
    scheduler: "ddim",
    steps: 12,
    lastSteps: 4,
    gradient: "several late steps",
    gradientSteps: 3,
  });
});

test("what was left out is the first version's default, and samplers that only draw stay as they are", () => {
  const { before, after } = opened("v1-several-rewards");
  const { nodes } = after.graph;
  expect(nodes["sampler"]?.params).toEqual({ scheduler: "ddim", steps: 30, lastSteps: 10 });
  expect(nodes["fast-sampler"]).toEqual(before.graph.nodes["fast-sampler"]);
  const plain = {
    nodes: {
      s: { type: "sampling/sampler", version: 1, params: {} },
      o: { type: "learning/neg-embedding-optimizer", version: 1, params: {} },
    },
    edges: { e: { from: { node: "s", port: "latent" }, to: { node: "o", port: "objective" } } },
  };
  expect(version2({ graph: plain })).toMatchObject({ graph: { nodes: { s: { params: { lastSteps: 10 } } } } });
});

test("a loaded embedding gets the text encoder of what it feeds, and an initial prompt the syntax of the prompts beside it", () => {
  const { graph } = opened("v1-loaded-embeddings").after;
  const encoder = { node: "pipeline", port: "encoder" };
  expect(graph.edges["load-encoder"]).toEqual({ from: encoder, to: { node: "load", port: "encoder" } });
  expect(graph.edges["load-2-encoder"]).toEqual({ from: encoder, to: { node: "load-2", port: "encoder" } });
  expect(graph.nodes["negative"]?.params).toEqual({
    text: "(blurry:1.2)",
    promptWeights: "a1111",
    embeddings: "words",
  });
});

test("thousands of nodes that all hang on one are migrated in a time that grows with their number", () => {
  const range = Array.from({ length: 4000 }, (_, i) => i);
  const nodes = {
    guidance: { type: "sampling/cfg", version: 1, params: {} },
    texts: { type: "model/encoder", version: 1, params: { promptWeights: "a1111" } },
    ...Object.fromEntries(
      range.flatMap((i) => [
        [`loaded${i}`, { type: "embedding/load", version: 1, params: {} }],
        [`learned${i}`, { type: "embedding/negative", version: 1, params: {} }],
        [`optimizer${i}`, { type: "learning/neg-embedding-optimizer", version: 1, params: {} }],
        [`sampler${i}`, { type: "sampling/sampler", version: 1, params: {} }],
      ]),
    ),
  };
  const wire = (from: string, to: string, port: string) => [
    `${from} ${to}`,
    { from: { node: from, port: "any" }, to: { node: to, port } },
  ];
  const edges = Object.fromEntries([
    wire("texts", "guidance", "positive"),
    wire("pipeline", "texts", "encoder"),
    ...range.flatMap((i) => [
      wire(`loaded${i}`, "guidance", "negative"),
      wire(`learned${i}`, "guidance", "negative"),
      wire(`sampler${i}`, "guidance", "any"),
      wire("guidance", `optimizer${i}`, "objective"),
    ]),
  ]) as Record<string, unknown>;
  const began = performance.now();
  const { graph } = version2({ graph: { nodes, edges } });
  expect(performance.now() - began).toBeLessThan(4000);
  expect(graph).toMatchObject({
    nodes: { learned3999: { params: { promptWeights: "a1111" } }, sampler3999: { params: { lastSteps: 10 } } },
    edges: { "loaded3999-encoder": { from: { node: "pipeline" } } },
  });
});

test("what is no graph is left to be refused as it is", () => {
  for (const graph of [undefined, null, [], { nodes: [] }, { nodes: { a: 1 }, edges: {} }]) {
    expect(version2({ graph })).toEqual({ graph });
  }
});
