import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Program } from "../common/program/program.ts";
import { readLora } from "../models/lora/read-lora.ts";
import { openPipeline } from "../models/pipeline.ts";
import { programFunctions } from "../program/functions/index.ts";
import { relativeError } from "../program/testing/run-lowered.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { openRun } from "../sampling/open-run.ts";
import { readTensorAt } from "../weights/read-tensor.ts";
import { readSafetensorsHeader } from "../weights/safetensors.ts";
import { freezeProgram } from "./freeze-program.ts";
import { recordStep, toldOf } from "./one-step.ts";
import { type OpenedUpdates, openUpdates } from "./open-updates.ts";
import { emojiProgram } from "./testing/emoji-program.ts";
import { everyBorder } from "./testing/every-border.ts";
import { train } from "./train.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-lora-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const emoji = openPipeline("emoji");

/** A LoRA of the UNet and one of the text encoder, beside a negative that is written by hand. */
function loraProgram(settings: object = {}): Program {
  return emojiProgram({
    calls: {
      adapted: { fn: "lora", inputs: { unet: "pipeline.unet" }, settings: { id: "adapted", rank: 2 } },
      reader: {
        fn: "text encoder lora",
        inputs: { encoder: "pipeline.encoder" },
        settings: { id: "reader", rank: 2, targets: ["attention", "feed-forward"], naming: "diffusers" },
      },
      encoder: { fn: "encode", inputs: { encoder: "reader", prompts: "prompts" } },
      negative: { fn: "encode text", inputs: { encoder: "reader" }, settings: { text: "blurry" } },
      unet: { fn: "model", inputs: { unet: "adapted" } },
    },
    updates: {
      optimizer: {
        objective: "reward",
        parameters: ["adapted", "reader"],
        settings: { steps: 2, batch: 2, microBatch: 2, seed: 7, learningRate: 0.01, optimizer: "adamw", ...settings },
      },
    },
    sinks: {
      save: { kind: "save", parameter: "adapted", file: "unet-lora.safetensors" },
      "save.reader": { kind: "save", parameter: "reader", file: "reader-lora.safetensors" },
    },
  });
}

test("their gradients are the same wherever the graph is cut", async () => {
  const sessions = new StageSessions("cpu");
  try {
    const run = await openRun(loraProgram(), { device: "cpu", sessions });
    const tellOf = toldOf(run, programFunctions);
    const gradients = async (updates: OpenedUpdates) => {
      const { tensors } = await recordStep(updates, 0);
      return Object.entries(tensors).filter(([name]) => /^gradient\..*\.up$/.test(name));
    };
    const inOnePiece = openUpdates(run, { cuts: "none", tellOf });
    const whole = Object.fromEntries(await gradients(inOnePiece));
    const atNetworks = await gradients(openUpdates(run, { cuts: "borders", tellOf }));
    const inside = await gradients(openUpdates(run, { cuts: "auto", kept: everyBorder(inOnePiece), tellOf }));
    expect(atNetworks.length).toBeGreaterThan(40);
    expect(inside.length).toBe(atNetworks.length);
    for (const [name, tensor] of [...atNetworks, ...inside]) {
      const other = whole[name];
      if (tensor.dtype !== "float32" || other?.dtype !== "float32") throw new Error(`${name} is float32`);
      expect(relativeError(tensor, other)).toBeLessThan(1e-4);
      expect(tensor.data.some((n) => n !== 0)).toBe(true);
    }
  } finally {
    await sessions.release();
  }
});

test("LoRA of UNet and text encoder are learned together, saved, and read again as what they are", async () => {
  const { state } = await train(freezeProgram(loraProgram(), folder), {
    folder: join(folder, "run"),
    resume: false,
    device: "cpu",
    signal: new AbortController().signal,
    emit: () => Promise.resolve(),
  });
  const files = { adapted: "unet-lora.safetensors", reader: "reader-lora.safetensors" } as const;
  for (const [ref, file] of Object.entries(files)) {
    const { changes } = readLora(join(folder, "run", file), emoji);
    const part = ref === "adapted" ? "unet" : "text encoder";
    const { value = {}, start = {} } = state.parameters[ref] ?? {};
    expect(changes[part].size).toBe(Object.keys(value).length / 2);
    for (const [name, { down, up, scale }] of changes[part]) {
      const path = name.replace(/\.weight$/, "");
      expect(scale).toBe(1);
      expect(readTensorAt(down).data).toEqual(value[`${path}.down`]?.data);
      expect(readTensorAt(up).data).toEqual(value[`${path}.up`]?.data);
      // B was zero: both factors move from the second step on.
      expect(start[`${path}.up`]?.data.every((n) => n === 0)).toBe(true);
      expect(value[`${path}.up`]?.data.some((n) => n !== 0)).toBe(true);
      expect(value[`${path}.down`]?.data).not.toEqual(start[`${path}.down`]?.data);
    }
  }
  const { tensors, metadata } = readSafetensorsHeader(join(folder, "run", files.adapted));
  expect(metadata).toMatchObject({ ss_network_module: "networks.lora", ss_network_dim: "2", ss_network_alpha: "2" });
  expect([...tensors.keys()]).toContain("lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k.alpha");
});
