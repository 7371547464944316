// Cites the rules of docs/workflow-file.md.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { FORMAT_VERSION, migrations } from "./migrations/index.ts";
import { migrate } from "./migrations/migrate.ts";
import { diagnosticsOf } from "./testing/refusal-of.ts";
import { checkWorkflow } from "./workflow-check.ts";
import { parseWorkflow, printWorkflow, readWorkflow } from "./workflow-file.ts";
import { NO_FACTS } from "./workflow-node-type.ts";

const folders = ["../../resources/workflows/", "./migrations/fixtures/"];
const corpus = folders.flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((name) => name.endsWith(".reneg.json"))
    .map((name) => ({ name, text: readFileSync(new URL(folder + name, import.meta.url), "utf8") })),
);
const page = readFileSync(new URL("../../docs/workflow-file.md", import.meta.url), "utf8");
const unknownThings = corpus.find(({ name }) => name.startsWith("v1-unknown"))?.text ?? "";

function codesOf(action: () => unknown): string[] {
  return diagnosticsOf(action).map(({ code, at }) => `${code} ${at.part ?? ""}`.trim());
}

function changed(change: (document: Record<string, unknown>) => void): string {
  const document = JSON.parse(unknownThings);
  change(document);
  return JSON.stringify(document);
}

function withoutParams(nodes: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
  return Object.fromEntries(Object.entries(nodes).map(([id, node]) => [id, { ...node, params: undefined }]));
}

test.each(corpus)("WF-3: $name opens, and is saved without losing a byte", ({ name, text }) => {
  expect(corpus.length).toBeGreaterThanOrEqual(5);
  const { workflow, diagnostics } = parseWorkflow(text, name);
  expect(diagnostics).toEqual([]);
  // A migration may move what is computed, and nothing else; its own test says what.
  const { graph, ...others } = JSON.parse(printWorkflow(workflow));
  const { graph: before, ...othersBefore } = JSON.parse(text);
  expect(others).toEqual({ ...othersBefore, formatVersion: FORMAT_VERSION });
  expect(withoutParams(graph.nodes)).toEqual(withoutParams(before.nodes));
  expect(graph.edges).toMatchObject(before.edges);
  expect(parseWorkflow(printWorkflow(workflow), name).workflow).toEqual(workflow);
  // Nothing was migrated, so that not even the order of keys may differ.
  if (JSON.parse(text).formatVersion === FORMAT_VERSION) expect(printWorkflow(workflow)).toBe(text);
});

test("WF-2: every format version that a migration leaves behind is in the corpus", () => {
  for (let version = 1; version <= FORMAT_VERSION; version++) {
    expect(corpus.some(({ name }) => name.startsWith(`v${version}-`))).toBe(true);
  }
  expect(FORMAT_VERSION).toBe(migrations.length + 1);
});

test("WF-2: migrations run in order from the version of the file, and number the result", () => {
  const chain = [
    (document: Readonly<Record<string, unknown>>) => ({ ...document, steps: ["one"] }),
    (document: Readonly<Record<string, unknown>>) => ({
      ...document,
      steps: [...(document["steps"] as string[]), "two"],
    }),
  ];
  expect(migrate({ formatVersion: 1 }, chain)).toEqual({ formatVersion: 3, steps: ["one", "two"] });
  expect(migrate({ formatVersion: 2, steps: [] }, chain)).toEqual({ formatVersion: 3, steps: ["two"] });
  expect(migrate({ formatVersion: 3 }, chain)).toEqual({ formatVersion: 3 });
  expect(migrate({ formatVersion: 9 }, chain)).toEqual({ formatVersion: 9 });
});

test("WF-4: a file of a newer version opens with an error that says so, and keeps its version when saved", () => {
  const text = changed((document) => (document["formatVersion"] = 99));
  const { workflow, diagnostics } = parseWorkflow(text, "new.reneg.json");
  expect(diagnostics).toMatchObject([
    { severity: "error", code: "workflow-newer", help: expect.stringMatching(/^update/) },
  ]);
  expect(JSON.parse(printWorkflow(workflow))).toEqual(JSON.parse(text));
});

test("WF-4: a newer version that cannot be understood is refused as newer, not as broken", () => {
  const text = JSON.stringify({ format: "reneg-workflow", formatVersion: 99, graph: "binary" });
  expect(codesOf(() => parseWorkflow(text, "new.reneg.json"))).toEqual(["workflow-newer"]);
});

test("WF-5: a node of an unknown type is reported at the node, and its wires are not", () => {
  const { workflow } = parseWorkflow(unknownThings, "unknown.reneg.json");
  const { diagnostics } = checkWorkflow(workflow, nodeTypes, NO_FACTS);
  expect(diagnostics).toMatchObject([{ severity: "error", code: "node-unknown", at: { node: "hyper" } }]);
});

test("WF-1: what is not a workflow is refused with every place that is wrong", () => {
  expect(codesOf(() => parseWorkflow("{", "a"))).toEqual(["json-invalid"]);
  expect(codesOf(() => parseWorkflow('{"format": "reneg-recipe"}', "a"))).toEqual(["workflow-foreign"]);
  const broken = changed((document) => {
    Object.assign(document, { formatVersion: 1.5, view: { nodes: { cfg: { x: "left", y: 0 } } } });
  });
  expect(codesOf(() => parseWorkflow(broken, "a"))).toEqual([
    "workflow-invalid formatVersion",
    "workflow-invalid view.nodes.cfg.x",
  ]);
});

test("WF-6: ids and names that could reach into JavaScript's own objects are refused", () => {
  const bad = JSON.parse(
    '{"format":"reneg-workflow","formatVersion":1,"graph":{"nodes":{"__proto__":{"type":"a/b","version":1,"params":{}}},"edges":{}}}',
  );
  expect(codesOf(() => readWorkflow(bad, "a"))).toEqual([expect.stringContaining("workflow-invalid graph.nodes")]);
  const { workflow } = readWorkflow(
    {
      format: "reneg-workflow",
      formatVersion: 1,
      graph: {
        nodes: { a: { type: "sampling/cfg", version: 1, params: { toString: 1 } } },
        edges: { e: { from: { node: "constructor", port: "valueOf" }, to: { node: "a", port: "hasOwnProperty" } } },
      },
    },
    "a",
  );
  const { diagnostics } = checkWorkflow(workflow, nodeTypes, NO_FACTS);
  expect(diagnostics.map(({ code }) => code)).toEqual([
    "edge-node",
    "edge-port",
    "param-unknown",
    "input-missing",
    "input-missing",
  ]);
});

test("WF-7: a file without a view gets an empty one", () => {
  const text = changed((document) => delete document["view"]);
  expect(parseWorkflow(text, "a").workflow.view).toEqual({ nodes: {} });
});

test("WF-8: the order of keys means nothing", () => {
  const reversed = changed((document) => {
    const { nodes, edges } = document["graph"] as Record<string, Record<string, unknown>>;
    const back = (record = {}) => Object.fromEntries(Object.entries(record).toReversed());
    document["graph"] = { nodes: back(nodes), edges: back(edges) };
  });
  const check = (text: string) => checkWorkflow(parseWorkflow(text, "a").workflow, nodeTypes, NO_FACTS);
  expect(check(reversed).nodes).toEqual(check(unknownThings).nodes);
});

test("every rule of docs/workflow-file.md is cited by a test, and every rule that is cited is there", () => {
  const tests = [
    "./workflow-file.test.ts",
    "./workflow-edits.test.ts",
    "../engine/program-file.test.ts",
    "../../nodes/compile-workflow.test.ts",
    "../../nodes/workflow-faults.test.ts",
  ];
  const sources = tests.map((path) => readFileSync(new URL(path, import.meta.url), "utf8")).join("");
  const rules = [...page.matchAll(/^- \*\*(W[FG]-\d+)\*\*/gm)].map(([, rule]) => rule);
  expect(rules.length).toBeGreaterThan(15);
  expect(new Set(sources.match(/\bW[FG]-\d+/g))).toEqual(new Set(rules));
});
