import { afterAll, expect, test, vi } from "vitest";
import type { Program } from "../common/program/program.ts";
import { type FloatTensor, floatTensor } from "../common/tensor.ts";
import { emojiProgram } from "../learning/testing/emoji-program.ts";
import { lowerPrediction } from "../program/functions/sample.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { openContexts } from "./open-contexts.ts";
import { openRun } from "./open-run.ts";
import { openValue } from "./open-value.ts";
import type { ProgramRun } from "./program-run.ts";
import { openPassingSampler, openSampler, rollOut } from "./roll-out.ts";

const sessions = new StageSessions("cpu");
afterAll(() => sessions.release());

const PROMPTS = ["a red apple", "rocket"];
const LATENT = 4 * 16 * 16;

/** A LoRA of the text encoder, through which prompts and a token embedding go. */
function learnedEncoder(): Program {
  return emojiProgram({
    calls: {
      reader: { fn: "text encoder lora", inputs: { encoder: "pipeline.encoder" }, settings: { id: "reader", rank: 2 } },
      encoder: { fn: "encode", inputs: { encoder: "reader", prompts: "prompts" } },
      negative: { fn: "token embedding", inputs: { encoder: "reader" }, settings: { id: "negative", count: 2 } },
    },
    updates: {
      optimizer: {
        objective: "reward",
        parameters: ["reader", "negative"],
        settings: { steps: 1, batch: 2, microBatch: 2 },
      },
    },
  });
}

/** Numbers of every parameter, none of them 0. */
async function someValues(run: ProgramRun): Promise<ReadonlyMap<string, Readonly<Record<string, FloatTensor>>>> {
  const values = new Map<string, Readonly<Record<string, FloatTensor>>>();
  for (const ref of run.opened.program.updates["optimizer"]?.parameters ?? []) {
    const tensors = Object.entries(await run.opened.parameter(ref).initial());
    values.set(
      ref,
      Object.fromEntries(
        tensors.map(([name, { shape, data }]) => [
          name,
          floatTensor(
            shape,
            data.map((n, i) => n + 0.1 * Math.sin(i)),
          ),
        ]),
      ),
    );
  }
  return values;
}

async function opened(program: Program) {
  const run = await openRun(program, { device: "cpu", sessions });
  const [sampler] = run.opened.samplersOf("decoder");
  if (sampler === undefined) throw new Error("the program has no sampler");
  const moment = { texts: new Map([["prompts", PROMPTS]]), parameters: await someValues(run) };
  return { run, sampler, moment };
}

const noise = Float32Array.from({ length: 2 * LATENT }, (_, i) => Math.sin(3 * i));

test("texts are encoded once for a trajectory, in one graph and pass after pass", async () => {
  const { run, sampler, moment } = await opened(learnedEncoder());
  const steps = sampler.scheduler.timesteps.length;
  for (const [open, passes] of [
    [openSampler, 1],
    [openPassingSampler, 2],
  ] as const) {
    const ran = vi.spyOn(sessions, "pass");
    await rollOut(open(run, sampler, 2), noise, moment);
    const names = ran.mock.calls.map(([{ name }]) => name);
    ran.mockRestore();
    expect(names).toEqual(["text encoder", ...Array.from({ length: steps * passes }, () => "unet")]);
  }
});

test("what is predicted with texts that were encoded before is what one graph predicts", async () => {
  const { run, sampler, moment } = await opened(learnedEncoder());
  const whole = openValue(run, { batch: 2, label: "whole", lower: (lowering) => lowerPrediction(lowering, sampler) });
  const at = new Map([[sampler.ref, { index: 1, sample: noise, previous: undefined }]]);
  const expected = await whole.compute({ ...moment, samplers: at });
  const { contexts, predict } = openSampler(run, sampler, 2);
  const given = await contexts?.encode(moment);
  expect(given?.size).toBe(2);
  const found = await predict({ ...moment, samplers: at, ...(given === undefined ? {} : { given }) }, null);
  const distance = Math.hypot(...found.output.map((n, i) => n - (expected[i] ?? NaN))) / Math.hypot(...expected);
  expect(distance).toBeLessThan(1e-6);
  // Not because nothing depends on them.
  const without = await contexts?.encode({ ...moment, parameters: new Map() });
  const other = await predict({ ...moment, samplers: at, ...(without === undefined ? {} : { given: without }) }, null);
  expect(Math.hypot(...other.output.map((n, i) => n - (expected[i] ?? NaN)))).toBeGreaterThan(0.01);
});

test("where no text encoder is in the graph, nothing is encoded before", async () => {
  const { run, sampler } = await opened(emojiProgram());
  expect(openContexts(run, { batch: 2, lower: (lowering) => lowerPrediction(lowering, sampler) })).toBeNull();
});
