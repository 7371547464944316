import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { drawingRecipe } from "../common/drawing-recipe.ts";
import { floatTensor } from "../common/tensor.ts";
import { writeCheckpoint } from "../learning/checkpoints.ts";
import { initialParameter } from "../learning/learning-state.ts";
import { writeProgram } from "../learning/program-file.ts";
import { appendMetrics } from "../learning/run-metrics.ts";
import { emojiProgram } from "../learning/testing/emoji-program.ts";
import { encodePng } from "../pictures/picture.ts";
import { lockFolder } from "../weights/folder-lock.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { writeTorchInversion } from "../weights/torch/write-torch-tensor.ts";
import { checkRun } from "./check-run.ts";

let run: string;
const at = (...names: string[]): string => join(run, ...names);

beforeEach(async () => {
  run = mkdtempSync(join(tmpdir(), "reneg-check-"));
  writeProgram(run, emojiProgram());
  const start = initialParameter({ context: floatTensor([1, 2, 3], new Float32Array(6)) }, false);
  for (const step of [1, 2, 3]) {
    const numbers = { reward: 0.5, rewardDeviation: 0, heldOut: {}, gradientNorm: 1, learningRate: 0.1 };
    appendMetrics(run, { step, ...numbers, seconds: 1, memoryMB: 1 });
    writeCheckpoint(run, { step, parameters: { negative: start }, stopping: {} }, 3);
  }
  mkdirSync(at("previews"));
  writeFileSync(at("previews", "step-000001.png"), await encodePng({ width: 8, height: 8, data: new Uint8Array(192) }));
});
afterEach(() => rmSync(run, { recursive: true }));

test("of a whole run nothing is found", async () => {
  expect(await checkRun(run, false)).toEqual({
    run,
    good: 5,
    findings: [],
    steps: { told: 3, planned: 4 },
    resumesFrom: 3,
  });
});

test("what is damaged is named with what is lost, put aside by repair, and found no more", async () => {
  truncateSync(at("checkpoints", "step-000003.safetensors"), 100);
  truncateSync(at("previews", "step-000001.png"), 60);
  writeFileSync(at("metrics.jsonl"), `${readFileSync(at("metrics.jsonl"), "utf8")}{"step": 4, "rew`);
  writeFileSync(at(".program.json.12345678-1234-1234-1234-123456789abc.tmp"), "{");
  const files = [
    ".program.json.12345678-1234-1234-1234-123456789abc.tmp",
    join("checkpoints", "step-000003.safetensors"),
    join("previews", "step-000001.png"),
    "metrics.jsonl",
  ];
  const found = await checkRun(run, false);
  expect(found.findings.map(({ file }) => file)).toEqual(files);
  expect(found.findings.every(({ isRepaired }) => !isRepaired)).toBe(true);
  expect(found.resumesFrom).toBe(2);
  const repaired = await checkRun(run, true);
  expect(repaired.findings.map(({ file, isRepaired }) => [file, isRepaired])).toEqual(
    files.map((file) => [file, true]),
  );
  expect(await checkRun(run, false)).toMatchObject({ good: 3, findings: [], resumesFrom: 2, steps: { told: 3 } });
});

test("what was learned is whole whatever its kind, and put aside only where it is damaged", async () => {
  const numbers = floatTensor([2, 3], new Float32Array(6));
  const kinds = {
    "reward.safetensors": { "base_model.model.text_projection.lora_A.weight": numbers },
    "lora.safetensors": { "lora_unet_mid_block.lora_down.weight": numbers },
    "bad.safetensors": { bad: numbers },
  };
  for (const [name, tensors] of Object.entries(kinds)) writeSafetensors(at(name), tensors);
  writeTorchInversion(at("word.pt"), { name: "word", step: 3, vectors: numbers });
  expect(await checkRun(run, true)).toMatchObject({ good: 9, findings: [] });
  writeSafetensors(at("reward.safetensors"), { "head.0.bias": floatTensor([1], Float32Array.of(NaN)) });
  truncateSync(at("lora.safetensors"), 90);
  truncateSync(at("word.pt"), 200);
  const { findings } = await checkRun(run, true);
  expect(findings.map(({ file, isRepaired }) => [file, isRepaired])).toEqual([
    ["lora.safetensors", true],
    ["reward.safetensors", true],
    ["word.pt", true],
  ]);
  expect(findings[1]?.message).toContain("head.0.bias holds NaN");
  expect(findings[2]?.remedy).toContain("resuming the run writes it again");
});

test.each([
  ["a LoRA", "learned.safetensors", "lora_unet_mid_block.lora_down.weight", Infinity],
  ["a reward", "learned.safetensors", "head.0.bias", -Infinity],
  ["a word vector", "learned.safetensors", "emb_params", Infinity],
  ["a mask", "learned.safetensors", "cond_stage_model.model.attn_mask", Infinity],
])("%s that is infinite is damaged", async (_, name, part, value) => {
  writeSafetensors(at(name), { [part]: floatTensor([1, 2], Float32Array.of(0, value)) });
  const { findings } = await checkRun(run, false);
  expect(findings).toMatchObject([{ file: name, message: `${part} holds ${value}` }]);
});

test("the mask of a text encoder hides words by −∞, and is whole", async () => {
  const mask = floatTensor([2, 2], Float32Array.of(0, -Infinity, 0, 0));
  writeSafetensors(at("model.safetensors"), { "cond_stage_model.model.attn_mask": mask });
  expect(await checkRun(run, false)).toMatchObject({ good: 6, findings: [] });
});

test.each([
  ["a head", "head.0.bias"],
  ["a LoRA in a reward", "base_model.model.vision_model.encoder.layers.0.mlp.fc1.lora_A.weight"],
])("%s whose word on its base model is damaged is damaged", async (_, part) => {
  const tensors = { [part]: floatTensor([1], Float32Array.of(0)) };
  const faults: Readonly<Record<string, RegExp>> = {
    '{"base"': /expected object/,
    '{"base": {"kind": 5}}': /here it is 5/,
  };
  for (const [facts, message] of Object.entries(faults)) {
    writeSafetensors(at("reward.safetensors"), tensors, { "reneg-reward": facts });
    const { findings } = await checkRun(run, false);
    expect(findings.map(({ file }) => file)).toEqual(["reward.safetensors"]);
    expect(findings[0]?.message).toMatch(message);
  }
});

test("steps without a line are told as lost", async () => {
  const [first = "", , third = ""] = readFileSync(at("metrics.jsonl"), "utf8").split("\n");
  writeFileSync(at("metrics.jsonl"), `${first}\n${third}\n`);
  const { findings, steps } = await checkRun(run, false);
  expect(findings).toMatchObject([{ file: "metrics.jsonl", message: "1 of 3 steps have no line" }]);
  expect(steps).toEqual({ told: 2, planned: 4 });
});

test("a plan that cannot be read leaves a run that cannot be resumed", async () => {
  truncateSync(at("program.json"), 40);
  expect(await checkRun(run, false)).toMatchObject({
    steps: null,
    resumesFrom: null,
    findings: [{ file: "program.json" }],
  });
});

test("a folder that is no run is refused, and one that is in use is not repaired", async () => {
  await expect(checkRun(at("previews"), false)).rejects.toMatchObject({ diagnostics: [{ code: "run-missing" }] });
  lockFolder(run);
  await expect(checkRun(run, true)).rejects.toMatchObject({ diagnostics: [{ code: "run-taken" }] });
  await expect(checkRun(run, false)).resolves.toMatchObject({ findings: [] });
});

test("a run of an earlier version is checked by its plan and its checkpoints of one parameter", async () => {
  rmSync(at("program.json"));
  rmSync(at("checkpoints"), { recursive: true });
  const plan = drawingRecipe.parse({ prompts: ["rocket"], steps: 4, previews: [] });
  writeFileSync(at("plan.json"), JSON.stringify(plan));
  mkdirSync(at("checkpoints"));
  const numbers = floatTensor([2, 3], new Float32Array(6));
  writeSafetensors(at("checkpoints", "step-000002.safetensors"), { negative: numbers, start: numbers }, { step: "2" });
  expect(await checkRun(run, false)).toMatchObject({ findings: [], steps: { planned: 4 }, resumesFrom: 2 });
  truncateSync(at("plan.json"), 40);
  expect(await checkRun(run, false)).toMatchObject({ findings: [{ file: "plan.json" }], resumesFrom: null });
});
