import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { compileWorkflow } from "../../../nodes/compile-workflow.ts";
import { nodeTypes } from "../../../nodes/index.ts";
import { readWorkflow } from "../../common/workflow-file.ts";
import { NO_FACTS } from "../../common/workflow-node-type.ts";
import { writePng } from "../../pictures/picture.ts";
import { programFunctions } from "../../program/functions/index.ts";
import { extractWorkflow } from "../extract-workflow.ts";
import { inspectPath } from "../inspect.ts";
import { readProgramFile } from "../program-file.ts";
import { settingsInImage, settingsInJson } from "./read-foreign.ts";

const folder = mkdtempSync(join(tmpdir(), "foreign-"));
afterAll(() => rmSync(folder, { recursive: true }));

const API = {
  "3": {
    class_type: "KSampler",
    inputs: {
      seed: 156680208700286,
      steps: 20,
      cfg: 8,
      sampler_name: "euler_ancestral",
      scheduler: "normal",
      denoise: 1,
      model: ["10", 0],
      positive: ["6", 0],
      negative: ["7", 0],
      latent_image: ["5", 0],
    },
  },
  "4": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "dreamshaper_8.safetensors" } },
  "5": { class_type: "EmptyLatentImage", inputs: { width: 512, height: 768, batch_size: 1 } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "a (glass:1.2) bottle\nin the sea", clip: ["10", 1] } },
  "7": { class_type: "CLIPTextEncode", inputs: { text: "text, embedding:bad-hands", clip: ["10", 1] } },
  "10": {
    class_type: "LoraLoader",
    inputs: { lora_name: "style.safetensors", strength_model: 1, model: ["4", 0], clip: ["4", 1] },
  },
};

/** The same as the editor saves it. */
const EDITOR = {
  last_node_id: 10,
  last_link_id: 4,
  nodes: [
    {
      id: 3,
      type: "KSampler",
      inputs: [
        { name: "model", link: 1 },
        { name: "positive", link: 2 },
        { name: "negative", link: 3 },
        { name: "latent_image", link: 4 },
      ],
      widgets_values: [156680208700286, "randomize", 20, 8, "euler_ancestral", "normal", 1],
    },
    { id: 4, type: "CheckpointLoaderSimple", widgets_values: ["dreamshaper_8.safetensors"] },
    { id: 5, type: "EmptyLatentImage", widgets_values: [512, 768, 1] },
    { id: 6, type: "CLIPTextEncode", widgets_values: ["a (glass:1.2) bottle\nin the sea"] },
    { id: 7, type: "CLIPTextEncode", widgets_values: ["text, embedding:bad-hands"] },
    { id: 10, type: "LoraLoader", inputs: [{ name: "model", link: 5 }], widgets_values: ["style.safetensors", 1, 1] },
  ],
  links: [
    [1, 10, 0, 3, 0, "MODEL"],
    [2, 6, 0, 3, 1, "CONDITIONING"],
    [3, 7, 0, 3, 2, "CONDITIONING"],
    [4, 5, 0, 3, 3, "LATENT"],
    [5, 4, 0, 10, 0, "MODEL"],
  ],
  version: 0.4,
};

const MADE = {
  prompts: ["a (glass:1.2) bottle\nin the sea"],
  negatives: ["text, embedding:bad-hands"],
  model: "dreamshaper_8.safetensors",
  loras: ["style.safetensors"],
  embeddings: ["bad-hands"],
  sampler: "euler_ancestral",
  steps: 20,
  guidance: 8,
  seed: 156680208700286,
  size: { width: 512, height: 768 },
};

const PARAMETERS = [
  "masterpiece, a (lighthouse:1.3) at night <lora:detail:0.8>",
  "Negative prompt: blurry, low quality, EasyNegative",
  'Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 1234, Size: 512x640, Model hash: abc, Model: deliberate_v2, TI hashes: "EasyNegative: c74b4e810b03", Version: v1.9.4',
].join("\n");

test("both forms of a ComfyUI workflow say the same", () => {
  expect(settingsInJson(API)).toEqual({ source: "ComfyUI workflow in the form of its API", ...MADE });
  expect(settingsInJson({ prompt: API, client_id: "x" })).toMatchObject(MADE);
  expect(settingsInJson(EDITOR)).toEqual({ source: "ComfyUI workflow", ...MADE });
  const links = EDITOR.links.map(([id, from]) => ({ id, origin_id: from }));
  expect(settingsInJson({ ...EDITOR, links, version: 1 })).toMatchObject(MADE);
});

test("images carry them, and the webui's text is read as well", () => {
  expect(settingsInImage({ prompt: JSON.stringify(API).replace('["5",0]', "NaN") })).toMatchObject({
    model: MADE.model,
  });
  expect(settingsInImage({ workflow: JSON.stringify(EDITOR) })).toMatchObject(MADE);
  expect(settingsInImage({ parameters: PARAMETERS })).toMatchObject({
    prompts: ["masterpiece, a (lighthouse:1.3) at night"],
    negatives: ["blurry, low quality, EasyNegative"],
    model: "deliberate_v2",
    loras: ["detail"],
    embeddings: ["EasyNegative"],
    sampler: "DPM++ 2M Karras",
    steps: 28,
    guidance: 7.5,
    seed: 1234,
    size: { width: 512, height: 640 },
  });
  expect(settingsInImage({ parameters: "a cat", Title: "x" })).toBeUndefined();
});

test("what is no workflow of another program is none", () => {
  for (const json of [
    null,
    [],
    {},
    { prompts: ["a"] },
    { nodes: [] },
    { a: { class_type: 1 } },
    { nodes: [1], links: [] },
  ]) {
    expect(settingsInJson(json), JSON.stringify(json)).toBeUndefined();
  }
  const circle = {
    "1": { class_type: "A", inputs: { positive: ["2", 0], negative: ["1", 0] } },
    "2": { class_type: "B", inputs: { a: ["2", 0] } },
  };
  expect(settingsInJson(circle)).toMatchObject({ prompts: [], negatives: [] });
});

test("it opens as a new workflow of ours that lacks nothing but the models", () => {
  const file = join(folder, "api.json");
  writeFileSync(file, `\ufeff${JSON.stringify(API)}`);
  const { workflow, diagnostics } = extractWorkflow(file);
  expect(diagnostics.map(({ code }) => code)).toEqual(["workflow-converted"]);
  expect(diagnostics[0]?.notes?.map(({ message }) => message).join()).toMatch(/style\.safetensors.*bad-hands/);
  const { nodes } = workflow.graph;
  expect(nodes["prompts"]?.params["text"]).toBe("a (glass:1.2) bottle in the sea");
  expect(nodes["negative"]?.params["text"]).toBe("text, embedding:bad-hands");
  expect(nodes["encoder"]?.params).toMatchObject({ longPrompts: "chunks", promptWeights: "a1111" });
  expect([nodes["sampler"]?.params, nodes["cfg"]?.params]).toEqual([
    { scheduler: "euler", steps: 20, lastSteps: null },
    { scale: 8 },
  ]);
  expect(nodes["unet"]?.params).toMatchObject({ width: 512, height: 768 });
  // It is sound but for the rewards, which no other program has.
  const faults = compileWorkflow(
    readWorkflow(workflow, file).workflow,
    NO_FACTS,
    nodeTypes,
    programFunctions,
  ).diagnostics;
  expect(faults.map(({ at }) => at.node)).toEqual(expect.arrayContaining(["reward", "held-out"]));
  expect(faults.every(({ at }) => ["reward", "held-out"].includes(at.node ?? ""))).toBe(true);
});

test("inspect tells what it is, and a run refuses it by name", async () => {
  const file = join(folder, "ui.json");
  writeFileSync(file, JSON.stringify(EDITOR));
  const { title, facts, problems } = inspectPath(file);
  expect(title).toBe("ComfyUI workflow");
  expect(facts.map(({ name }) => name)).toEqual([
    "prompt",
    "negative",
    "model",
    "LoRA",
    "embeddings",
    "sampler",
    "steps",
    "guidance",
    "seed",
    "size",
  ]);
  expect(problems.map(({ code }) => code)).toEqual(["workflow-of-other-program"]);
  expect(() => readProgramFile(file)).toThrow(/ComfyUI workflow/);
  const image = join(folder, "webui.png");
  await writePng(image, { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) }, { parameters: PARAMETERS });
  expect(inspectPath(image).facts.find(({ name }) => name === "model")?.value).toBe("deliberate_v2");
});
