// A LoRA from the canvas and back: one workflow trains and saves it, another loads the file.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { add, emoji, remove, set, trainedLora, wire } from "../../nodes/testing/emoji-workflow.ts";
import type { Workflow } from "../common/workflow.ts";
import { freezeProgram } from "../learning/freeze-program.ts";
import { train } from "../learning/train.ts";
import { compileIn } from "./compile-in.ts";

const folder = mkdtempSync(join(tmpdir(), "reneg-lora-workflow-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function trained(workflow: Workflow, name: string) {
  const { program, diagnostics } = compileIn(workflow, folder);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  if (program === null) throw new Error("the workflow does not compile");
  const run = join(folder, name);
  const { metrics, embedding, state } = await train(freezeProgram(program, folder), {
    folder: run,
    resume: false,
    device: "cpu",
    signal: new AbortController().signal,
    emit: () => Promise.resolve(),
  });
  return { metrics, file: embedding, state };
}

const small = [set("sampler", "steps", 4), set("sampler", "lastSteps", 2), remove("preview")];

test("a workflow trains a LoRA for two steps and saves it, and Load LoRA draws with it in another", async () => {
  const first = await trained(emoji(...small, ...trainedLora, set("save", "name", "style")), "first");
  expect(first.file).toBe(join(folder, "first", "style.safetensors"));
  expect(first.state.step).toBe(2);
  const loading = (strength: number) =>
    emoji(
      ...small,
      set("optimizer", "steps", 1),
      set("optimizer", "batch", 2),
      set("optimizer", "microBatch", 2),
      add("load", "model/load-lora", { file: first.file, strength }),
      wire("pipeline.unet", "load.unet"),
      wire("load.unet", "unet.unet"),
    );
  const rewardAt = async (strength: number) =>
    (await trained(loading(strength), `second-${strength}`)).metrics.map(({ reward }) => reward);
  const [without, loaded] = [await rewardAt(0), await rewardAt(1)];
  expect(without).toHaveLength(1);
  expect(loaded).not.toEqual(without);
}, 180_000);

test("LoRA of UNet and text encoder and a token embedding are trained together, and each is saved without a Save node", async () => {
  const workflow = emoji(
    ...small,
    ...trainedLora,
    remove("save"),
    add("reader", "model/text-encoder-lora"),
    wire("pipeline.encoder", "reader.encoder"),
    wire("reader.encoder", "encoder.encoder"),
    wire("reader.encoder", "joint.second"),
    add("token", "embedding/token", { name: "bad", count: 2, text: "blurry", around: "ugly, embedding:bad" }),
    wire("reader.encoder", "token.encoder"),
    wire("token.embedding", "cfg.negative"),
    wire("token.embedding", "joint.third"),
  );
  const { state } = await trained(workflow, "joint");
  const files = readdirSync(join(folder, "joint")).filter((name) => name.endsWith(".safetensors"));
  expect(files.toSorted()).toEqual(["adapted.safetensors", "negative.safetensors", "reader.safetensors"]);
  for (const { value, start } of Object.values(state.parameters)) expect(value).not.toEqual(start);
  expect(Object.keys(state.parameters)).toEqual(["adapted", "reader", "token"]);
}, 180_000);
