import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { anywhere, end, newNode, template } from "../../nodes/testing/templates.ts";
import { withholdPaths } from "../../nodes/withheld-paths.ts";
import { Refusal } from "../common/diagnostic.ts";
import { KNOWN_SPACES } from "../common/embedding-space.ts";
import { addNode, connect, setParam } from "../common/workflow-edits.ts";
import { printWorkflow } from "../common/workflow-file.ts";
import type { Workflow } from "../common/workflow.ts";
import { writeEmbedding } from "../training/embedding-file.ts";
import { sampleConditioning, sampleMetadata } from "../training/testing/sample-embedding.ts";
import { inspectPath } from "./inspect.ts";
import { faultsOfWorkflow, readPlanFile } from "./plan-file.ts";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "plan-file-"))));
afterAll(() => rmSync(folder, { recursive: true }));

const resource = (path: string): string => fileURLToPath(new URL(`../../resources/${path}`, import.meta.url));

function save(name: string, workflow: Workflow): string {
  const file = join(folder, name);
  writeFileSync(file, printWorkflow(workflow));
  return file;
}

function faultsOf(file: string): string[] {
  try {
    readPlanFile(file);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.diagnostics.map(({ code, at }) => `${code} ${at.node} ${at.port ?? at.param ?? ""}`.trim());
  }
  return [];
}

test("WF-12: the editor refuses what is withheld, beside all other faults, and the command line takes what it is given", () => {
  const list = join(folder, "words.txt");
  writeFileSync(list, "a cat\n");
  const named = setParam(template("learn-emoji"), "prompts", "file", list);
  const withheld = withholdPaths(setParam(named, "cfg", "scale", -1), (path) => path === list);
  const faults = faultsOfWorkflow({ workflow: withheld, folder });
  expect(faults.map(({ code, at }) => `${code} ${at.node}`)).toEqual(["param-invalid cfg", "path-withheld prompts"]);
  const { prompts } = readPlanFile(
    save(
      "withheld.reneg.json",
      withholdPaths(named, () => true),
    ),
  );
  expect(prompts).toEqual(["a cat"]);
});

test("the emoji workflow gives exactly the plan of the quick emoji recipe", () => {
  const fromGraph = readPlanFile(resource("workflows/learn-emoji.reneg.json"));
  const fromRecipe = readPlanFile(resource("recipes/emoji-quick.json"));
  expect(JSON.stringify(fromGraph, null, 2)).toBe(JSON.stringify(fromRecipe, null, 2));
  expect(fromGraph.prompts.length).toBeGreaterThan(100);
});

test("the workflow of several rewards plans both, two previews and a comparison", () => {
  const plan = readPlanFile(resource("workflows/several-rewards.reneg.json"));
  expect(plan.rewards.map(({ weight }) => weight)).toEqual([1, 0.5]);
  expect(plan.previews.map(({ name, sampler }) => [name, sampler?.guidance])).toEqual([
    ["preview", undefined],
    ["fast-preview", 10],
  ]);
  expect(plan.evaluations).toMatchObject([{ show: "pictures", prompts: expect.any(Array) }]);
  expect(plan.evaluations[0]?.prompts).toHaveLength(8);
});

test("WF-10: the workflow for Stable Diffusion says what is left to choose, and has the paper's settings once it is chosen", () => {
  expect(faultsOf(resource("workflows/learn-sd15.reneg.json")).toSorted()).toEqual([
    "param-missing held-out path",
    "param-missing pipeline path",
    "param-missing reward path",
    "prompts-empty prompts text",
  ]);
  let workflow = template("learn-sd15");
  workflow = setParam(workflow, "pipeline", "path", "emoji");
  workflow = setParam(workflow, "reward", "path", "hps");
  workflow = setParam(workflow, "held-out", "path", "../pick");
  workflow = setParam(workflow, "prompts", "text", "a cat\n# not this\n\na dog");
  expect(readPlanFile(save("sd15.reneg.json", workflow))).toMatchObject({
    steps: 4000,
    batch: 64,
    sampler: { scheduler: "ddim", steps: 30, guidance: 7.5, lastSteps: 10 },
    optimizer: { name: "adamw", learningRate: 5e-3, weightDecay: 1e-2, schedule: "cosine" },
    prompts: ["a cat", "a dog"],
    rewards: [{ path: join(folder, "hps"), weight: 1 }],
    heldOut: [{ path: join(folder, "..", "pick") }],
  });
});

test("an embedding of another space and a model that is not there are faults of their nodes", () => {
  const { id, tokens, width } = KNOWN_SPACES.openclipH;
  const space = { id, tokens, width };
  writeEmbedding(join(folder, "sd.safetensors"), {
    conditioning: sampleConditioning(space),
    metadata: sampleMetadata(space),
  });
  let workflow = addNode(
    template("learn-emoji"),
    "load",
    newNode("embedding/load", { file: "sd.safetensors" }),
    anywhere,
  );
  workflow = connect(workflow, end("load.embedding"), end("negative.start"), nodeTypes);
  expect(faultsOf(save("other-space.reneg.json", workflow))).toEqual(["port-space negative start"]);
  const missing = setParam(template("learn-emoji"), "pipeline", "path", "not/there");
  expect(faultsOf(save("missing.reneg.json", missing))).toEqual(["pipeline-missing pipeline"]);
});

test("inspecting a workflow tells its graph, what it would learn, and its faults", () => {
  const good = inspectPath(resource("workflows/learn-emoji.reneg.json"));
  expect(good).toMatchObject({ kind: "workflow", problems: [] });
  expect(good.facts).toContainEqual({ name: "graph", value: "18 nodes, 22 wires" });
  expect(good.facts.map(({ name }) => name)).toContain("sampling");
  const open = inspectPath(resource("workflows/learn-sd15.reneg.json"));
  expect(open.problems.map(({ code }) => code)).toContain("param-missing");
});

test("what has no effect is told, and does not keep the plan from being made", () => {
  const warnings: string[] = [];
  const workflow = setParam(template("learn-emoji"), "cfg", "sharpness", 3);
  readPlanFile(save("odd.reneg.json", workflow), ({ code }) => warnings.push(code));
  expect(warnings).toEqual(["param-unknown"]);
});
