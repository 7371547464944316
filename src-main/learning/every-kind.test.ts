// What an optimizer offers holds for every kind of parameter alike.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Program } from "../common/program/program.ts";
import { floatTensor, type Tensor } from "../common/tensor.ts";
import { programFunctions } from "../program/functions/index.ts";
import { relativeError } from "../program/testing/run-lowered.ts";
import { optimizerStep, REMEMBERED } from "../runtime/optimizer.ts";
import { openRun } from "../sampling/open-run.ts";
import { freezeProgram } from "./freeze-program.ts";
import { learningMemory } from "./learning-memory.ts";
import { recordStep, toldOf } from "./one-step.ts";
import { openUpdates } from "./open-updates.ts";
import { emojiProgram } from "./testing/emoji-program.ts";
import { train } from "./train.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-kinds-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const RATES = [1, 0.5, 0.25];
const DECAYS = [0, 0, 0.5];

/** A LoRA, the last layer of a text encoder, and word vectors, by one optimizer. */
function everyKind(settings: object): Program {
  return emojiProgram({
    calls: {
      adapted: { fn: "lora", inputs: { unet: "pipeline.unet" }, settings: { id: "adapted", rank: 2 } },
      reader: {
        fn: "trained text encoder",
        inputs: { encoder: "pipeline.encoder" },
        settings: { id: "reader", layers: 1 },
      },
      encoder: { fn: "encode", inputs: { encoder: "reader", prompts: "prompts" } },
      negative: {
        fn: "token embedding",
        inputs: { encoder: "reader" },
        settings: { id: "negative", count: 2, start: { kind: "text", text: "blurry" } },
      },
      unet: { fn: "model", inputs: { unet: "adapted" } },
    },
    updates: {
      optimizer: {
        objective: "reward",
        parameters: ["adapted", "reader", "negative"],
        rates: RATES,
        weightDecays: DECAYS,
        settings: { steps: 1, batch: 2, seed: 7, learningRate: 0.01, optimizer: "sgd", weightDecay: 9, ...settings },
      },
    },
    sinks: { save: { kind: "save", parameter: "reader", file: "reader" } },
  });
}

async function gradientsOf(program: Program): Promise<Readonly<Record<string, Tensor>>> {
  const run = await openRun(program, { device: "cpu" });
  try {
    const { tensors } = await recordStep(openUpdates(run, { cuts: "none", tellOf: toldOf(run, programFunctions) }), 0);
    return Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith("gradient.")));
  } finally {
    await run.sessions.release();
  }
}

function errorOf(a: Tensor | undefined, b: Tensor | undefined): number {
  return a?.dtype === "float32" && b?.dtype === "float32" ? relativeError(a, b) : NaN;
}

test("gradients add up over micro-batches, and each parameter moves at its own rate, pulled by its own weight decay", async () => {
  const whole = await gradientsOf(everyKind({ microBatch: 2 }));
  const parts = await gradientsOf(everyKind({ microBatch: 1 }));
  // The bias of an attention's keys changes nothing: its gradient is rounding.
  const names = Object.keys(whole).filter((name) => !name.endsWith("k_proj.bias"));
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) {
    const isStill = whole[name]?.data.every((n) => n === 0) === true;
    if (!isStill) expect(errorOf(parts[name], whole[name]), name).toBeLessThan(1e-4);
  }
  const { state } = await train(freezeProgram(everyKind({ microBatch: 2, emaDecay: 0.5 }), folder), {
    folder,
    resume: false,
    device: "cpu",
    cuts: "none",
    signal: new AbortController().signal,
    emit: () => Promise.resolve(),
  });
  for (const [place, [ref, tensor, gradient]] of (
    [
      [
        "adapted",
        "mid_block.attentions.0.transformer_blocks.0.attn1.to_q.up",
        ".mid_block.attentions.0.transformer_blocks.0.attn1.to_q.up",
      ],
      ["reader", "encoder.layers.3.mlp.fc2.weight", ".encoder.layers.3.mlp.fc2.weight"],
      ["negative", "vectors", ""],
    ] as const
  ).entries()) {
    const { value, start, average } = state.parameters[ref] ?? {};
    const [now, before, slope] = [value?.[tensor], start?.[tensor], whole[`gradient.${ref}${gradient}`]];
    if (now === undefined || before === undefined || slope?.dtype !== "float32") throw new Error(`${ref} is trained`);
    const moved = now.data.map((n, i) => n - (before.data[i] ?? NaN));
    const [rate, decay] = [0.01 * (RATES[place] ?? NaN), DECAYS[place] ?? NaN];
    const wanted = slope.data.map((n, i) => rate * (n - decay * (before.data[i] ?? NaN)));
    // Of large weights small changes are left over by rounding.
    expect(relativeError(floatTensor(now.shape, moved), floatTensor(now.shape, wanted)), ref).toBeLessThan(0.02);
    expect(average?.[tensor]?.data).not.toEqual(now.data);
  }
  expect(existsSync(join(folder, "reader", "model.safetensors"))).toBe(true);
}, 240_000);

test.each(Object.entries(REMEMBERED))("%s remembers %i numbers of each that it changes", async (name, count) => {
  const size = 1000;
  const gradient = floatTensor([size], new Float32Array(size).fill(0.5));
  const optimizer = name as keyof typeof REMEMBERED;
  const { state } = await optimizerStep(optimizer, gradient, null);
  const numbers = Object.values(state).reduce((sum, { data }) => sum + data.length, 0);
  expect(Math.floor(numbers / size)).toBe(count);
});

test("what learning keeps is foreseen: the parameter, its start, its gradient, its moments and its mean", () => {
  const parameters = [{ shapes: { a: [10, 10], b: [25] } }];
  const { settings } = everyKind({ optimizer: "adamw", emaDecay: 0.9 }).updates["optimizer"] ?? {};
  if (settings === undefined) throw new Error("the program has an optimizer");
  expect(learningMemory({ settings }, parameters)).toBe(4 * 125 * (2 * (1 + 2 + 1) + 2));
});
