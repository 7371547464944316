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
import { callOf, callsBelow, leadOf, program as programSchema } from "../common/program/program.ts";
import { sinksOfKind } from "../common/program/sink-names.ts";
import { addNode, connect, setParam } from "../common/workflow-edits.ts";
import { printWorkflow } from "../common/workflow-file.ts";
import type { Workflow } from "../common/workflow.ts";
import { writeEmbedding } from "../embeddings/embedding-file.ts";
import { sampleConditioning, sampleMetadata } from "../embeddings/testing/sample-embedding.ts";
import { writeProgram } from "../learning/program-file.ts";
import { imageFacts } from "../sampling/image-facts.ts";
import { readPromptFile } from "../texts/prompt-file.ts";
import { inspectPath } from "./inspect.ts";
import { faultsOfWorkflow, readProgramFile } from "./program-file.ts";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "program-file-"))));
afterAll(() => rmSync(folder, { recursive: true }));

const resource = (path: string): string => fileURLToPath(new URL(`../../resources/${path}`, import.meta.url));

function save(name: string, workflow: Workflow): string {
  const file = join(folder, name);
  writeFileSync(file, printWorkflow(workflow));
  return file;
}

function faultsOf(file: string): string[] {
  try {
    readProgramFile(file);
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
  const { program } = readProgramFile(
    save(
      "withheld.reneg.json",
      withholdPaths(named, () => true),
    ),
  );
  expect(program.calls["prompts"]?.settings).toEqual({ texts: ["a cat"] });
});

test("the emoji workflow computes exactly what the quick emoji recipe does", () => {
  const computed = (file: string) => {
    const { calls, updates, sinks } = readProgramFile(resource(file)).program;
    const optimizers = Object.values(updates);
    const below = callsBelow({ calls }, [...optimizers.flatMap(({ objective, heldOut }) => [objective, ...heldOut])]);
    return {
      optimizers,
      calls: below.map((ref) => ({ ref, ...callOf({ calls }, ref), nodes: [] })),
      kinds: Object.values(sinks)
        .map(({ kind }) => kind)
        .toSorted(),
    };
  };
  expect(computed("workflows/learn-emoji.reneg.json")).toEqual(computed("recipes/emoji-quick.json"));
});

test("lists of prompts are read, files get absolute paths, and what comes with the program keeps its name", () => {
  const { program } = readProgramFile(resource("recipes/emoji.json"));
  const texts: unknown = program.calls["prompts"]?.settings["texts"];
  expect(texts).toHaveLength(readPromptFile(resource("emoji/prompts/train.txt")).prompts.length);
  expect(program.calls["reward"]?.settings).toMatchObject({ path: "emoji:rewards/preference" });
  expect(programSchema.parse(JSON.parse(JSON.stringify(program)))).toEqual(program);
});

test("the workflow of several rewards weighs both, and shows two previews and a comparison", () => {
  const { program } = readProgramFile(resource("workflows/several-rewards.reneg.json"));
  const { objective } = leadOf(program).update;
  expect(callOf(program, objective)).toMatchObject({ fn: "add scores", settings: { weights: [1, 0.5] } });
  expect(
    sinksOfKind(program, "preview").map(({ name, sink }) => [name, imageFacts(program, sink.image).guidance]),
  ).toEqual([
    ["preview", 2],
    ["fast-preview", 10],
  ]);
  expect(sinksOfKind(program, "comparison").map(({ sink: { show } }) => show)).toEqual(["pictures"]);
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
  const { program } = readProgramFile(save("sd15.reneg.json", workflow));
  const optimizer = { optimizer: "adamw", learningRate: 5e-3, weightDecay: 1e-2, schedule: "cosine" };
  expect(program).toMatchObject({
    updates: { optimizer: { settings: { steps: 4000, batch: 64, ...optimizer } } },
    calls: {
      sampler: { settings: { scheduler: "ddim", steps: 30, gradient: { kind: "foreseen", last: 10, count: 1 } } },
      cfg: { settings: { scale: 7.5 } },
      prompts: { settings: { texts: ["a cat", "a dog"] } },
      reward: { settings: { path: join(folder, "hps") } },
      "held-out": { settings: { path: join(folder, "..", "pick") } },
    },
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
  workflow = connect(workflow, end("pipeline.encoder"), end("load.encoder"), nodeTypes);
  expect(faultsOf(save("other-space.reneg.json", workflow))).toEqual(["port-space load encoder"]);
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

test("what has no effect is told, and does not keep the program from being made", () => {
  const warnings: string[] = [];
  const workflow = setParam(template("learn-emoji"), "cfg", "sharpness", 3);
  readProgramFile(save("odd.reneg.json", workflow), ({ code }) => warnings.push(code));
  expect(warnings).toEqual(["param-unknown"]);
});

test("a recipe's faults are told at its keys, all at once", () => {
  const recipe = join(folder, "faulty.json");
  const places = (asked: object): (string | undefined)[] => {
    writeFileSync(recipe, JSON.stringify({ prompts: ["a cat"], ...asked }));
    try {
      readProgramFile(recipe);
    } catch (error) {
      if (error instanceof Refusal)
        return error.diagnostics.flatMap(({ severity, at }) => (severity === "error" ? [at.part] : []));
      throw error;
    }
    return [];
  };
  expect(places({ sampler: { guidance: 1 }, batch: 4, microBatch: 3 })).toEqual(["sampler.guidance", "microBatch"]);
  expect(places({ sampler: { steps: 4, lastSteps: 9 } })).toEqual(["sampler.lastSteps"]);
  expect(places({ prompts: { file: "none.txt" } })).toEqual(["prompts.file"]);
});

test("a run's program is read from its folder or its file, and one that was changed is refused where it was", () => {
  const { program } = readProgramFile(resource("recipes/emoji-quick.json"));
  const run = mkdtempSync(join(folder, "run-"));
  writeProgram(run, program);
  expect(readProgramFile(run).program).toEqual(program);
  expect(readProgramFile(join(run, "program.json")).program).toEqual(program);
  const changed = { ...program, calls: { ...program.calls, cfg: { fn: "guide", inputs: {}, settings: { scale: 0 } } } };
  writeFileSync(join(run, "program.json"), JSON.stringify(changed));
  const found = (): string[] => {
    try {
      readProgramFile(run);
    } catch (error) {
      if (error instanceof Refusal) return error.diagnostics.map(({ at, message }) => `${at.part}: ${message}`);
      throw error;
    }
    return [];
  };
  expect(found()).toEqual([
    "calls.cfg.inputs: positive is missing",
    "calls.cfg.inputs: negative is missing",
    expect.stringMatching(/^calls\.cfg\.settings\.scale: .*at least 1/),
  ]);
});
