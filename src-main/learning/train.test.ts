import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CutChoice } from "../common/cut-choice.ts";
import type { Program } from "../common/program/program.ts";
import type { RunEvent } from "../common/run-events.ts";
import { readEmbedding } from "../embeddings/embedding-file.ts";
import { isLock, lockFolder } from "../weights/folder-lock.ts";
import { checkpointFile, readCheckpoint, readNewestCheckpoint } from "./checkpoints.ts";
import { freezeProgram } from "./freeze-program.ts";
import { readProgram } from "./program-file.ts";
import { type EmojiOptions, emojiProgram, twoOptimizers } from "./testing/emoji-program.ts";
import { train, type TrainOutcome } from "./train.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-train-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function small(changes: EmojiOptions = {}): Program {
  return freezeProgram(emojiProgram(changes), folder);
}

interface Attempt {
  readonly outcome: TrainOutcome;
  readonly events: readonly RunEvent[];
}

interface RunOptions {
  readonly resume?: boolean;
  readonly cuts?: CutChoice;
  readonly budget?: number;
  readonly stopAfter?: number;
  readonly onStep?: (step: number) => void;
}

async function run(
  name: string,
  program: Program,
  { resume = false, cuts = "auto", budget, stopAfter = Infinity, onStep = () => {} }: RunOptions = {},
): Promise<Attempt> {
  const events: RunEvent[] = [];
  const controller = new AbortController();
  const outcome = await train(program, {
    folder: join(folder, name),
    resume,
    device: "cpu",
    cuts,
    budget,
    signal: controller.signal,
    emit: (event) => {
      events.push(event);
      if (event.type === "step") onStep(event.step);
      if (event.type === "step" && event.step >= stopAfter) controller.abort();
      return Promise.resolve();
    },
  });
  return { outcome, events };
}

function valueOf({ outcome }: Attempt, parameter = "negative"): Float32Array | undefined {
  return outcome.state.parameters[parameter]?.value["context"]?.data;
}

function bytes(name: string, file: string): Buffer {
  return readFileSync(join(folder, name, file));
}

test("a run that another program has learned in the meantime is not begun anew over it", async () => {
  await run("kept", small({ settings: { steps: 1 } }));
  const before = bytes("kept", "metrics.jsonl");
  await expect(run("kept", small({ settings: { steps: 1 } }))).rejects.toMatchObject({
    diagnostics: [{ code: "run-exists" }],
  });
  expect(bytes("kept", "metrics.jsonl").equals(before)).toBe(true);
});

test("words that prompts draw are drawn by seed, step and image: a run that goes on draws the same", async () => {
  const prompts = {
    fn: "prompts",
    settings: { texts: ["a {red|green} {apple|car}", "{rocket|pizza}"], dynamic: true },
  };
  const dynamic = small({ calls: { prompts } });
  const unbroken = await run("unbroken", dynamic);
  await run("broken", dynamic, { stopAfter: 2 });
  expect(valueOf(await run("broken", dynamic, { resume: true }))).toEqual(valueOf(unbroken));
  expect(valueOf(await run("other", small({ calls: { prompts }, settings: { seed: 8 } })))).not.toEqual(
    valueOf(unbroken),
  );
});

test("a run that was stopped and resumed ends with the same bits as an unbroken one", async () => {
  const unbroken = await run("unbroken", small());
  const stopped = await run("broken", small(), { stopAfter: 2 });
  expect(stopped.outcome.stopped).toBe(true);
  expect(stopped.outcome.state.step).toBe(2);
  const resumed = await run("broken", readProgram(join(folder, "broken")), { resume: true });
  expect(valueOf(resumed)).toEqual(valueOf(unbroken));
  expect(bytes("broken", "negative.safetensors").equals(bytes("unbroken", "negative.safetensors"))).toBe(true);
  const steps = readFileSync(join(folder, "broken", "metrics.jsonl"), "utf8")
    .trim()
    .split("\n");
  expect(steps.map((line) => JSON.parse(line).step)).toEqual([1, 2, 3, 4]);
});

test("a run that learns in its text encoder and draws with kept features goes on to the same bits", async () => {
  const reader = { encoder: "reader" };
  const encoding = small({
    sampler: { steps: 5, cacheInterval: 2, gradient: { kind: "foreseen", last: 3, count: 1 } },
    reading: { longPrompts: "chunks" },
    calls: {
      reader: { fn: "text encoder lora", inputs: { encoder: "pipeline.encoder" }, settings: { id: "reader", rank: 2 } },
      encoder: { fn: "encode", inputs: { ...reader, prompts: "prompts" } },
      negative: { fn: "token embedding", inputs: reader, settings: { id: "negative", count: 2 } },
    },
    updates: {
      optimizer: {
        objective: "reward",
        parameters: ["reader", "negative"],
        settings: { steps: 3, batch: 2, microBatch: 1, seed: 7, emaDecay: 0.5 },
      },
    },
  });
  const unbroken = await run("unbroken", encoding);
  await run("broken", encoding, { stopAfter: 1 });
  const resumed = await run("broken", readProgram(join(folder, "broken")), { resume: true });
  const { parameters } = unbroken.outcome.state;
  expect(Object.keys(parameters).toSorted()).toEqual(["negative", "reader"]);
  expect(resumed.outcome.state.parameters).toEqual(parameters);
  // Both were changed after the checkpoint, too.
  const before = readCheckpoint(checkpointFile(join(folder, "broken"), 2));
  for (const name of Object.keys(parameters)) expect(before.parameters[name]).not.toEqual(parameters[name]);
});

test("a step whose line cannot be written is done again: no line is lost, none stands twice", async () => {
  const metrics = join(folder, "full", "metrics.jsonl");
  const lines = (): string[] => readFileSync(metrics, "utf8").trim().split("\n");
  let kept = "";
  const failing = run("full", small(), {
    onStep(step) {
      if (step !== 2) return;
      kept = readFileSync(metrics, "utf8");
      rmSync(metrics);
      mkdirSync(metrics);
    },
  });
  await expect(failing).rejects.toThrow(/cannot write the file/);
  rmSync(metrics, { recursive: true });
  writeFileSync(metrics, kept);
  await run("full", readProgram(join(folder, "full")), { resume: true });
  const unbroken = await run("whole", small());
  expect(lines().map((line) => JSON.parse(line).step)).toEqual([1, 2, 3, 4]);
  expect(unbroken.outcome.state.step).toBe(4);
  expect(bytes("full", "negative.safetensors").equals(bytes("whole", "negative.safetensors"))).toBe(true);
});

test("a run that another program works on is refused with its process", async () => {
  const lock = lockFolder(folder);
  expect(isLock(lock)).toBe(true);
  await expect(run("", small())).rejects.toMatchObject({
    diagnostics: [{ code: "run-taken", message: expect.stringContaining(`process ${process.pid}`) }],
  });
  if (isLock(lock)) lock.release();
});

test("what a killed writer left unfinished is swept", async () => {
  const left = ".negative.safetensors.12345678-1234-1234-1234-123456789abc.tmp";
  mkdirSync(join(folder, "swept"));
  writeFileSync(join(folder, "swept", left), "half");
  await run("swept", small({ settings: { steps: 1 } }));
  expect(readdirSync(join(folder, "swept"))).not.toContain(left);
  expect(readdirSync(join(folder, "swept"))).not.toContain("lock");
});

test("the same seed gives the same embedding, another seed another", async () => {
  const first = await run("a", small({ settings: { steps: 1 } }));
  const again = await run("b", small({ settings: { steps: 1 } }));
  const other = await run("c", small({ settings: { steps: 1, seed: 8 } }));
  expect(valueOf(again)).toEqual(valueOf(first));
  expect(valueOf(other)).not.toEqual(valueOf(first));
});

test("micro-batches change the gradient only by rounding", async () => {
  const settings = { steps: 1, optimizer: "sgd", learningRate: 1, weightDecay: 0 };
  const whole = await run("whole", small({ settings: { ...settings, microBatch: 2 } }));
  const parts = await run("parts", small({ settings: { ...settings, microBatch: 1 } }));
  const moved = ({ outcome: { state } }: Attempt): number[] => {
    const { value, start } = state.parameters["negative"] ?? {};
    return Array.from(value?.["context"]?.data ?? [], (n, i) => n - (start?.["context"]?.data[i] ?? NaN));
  };
  const [a, b] = [moved(whole), moved(parts)];
  const difference = Math.hypot(...a.map((n, i) => n - (b[i] ?? NaN)));
  expect(Math.hypot(...a)).toBeGreaterThan(0);
  expect(difference / Math.hypot(...a)).toBeLessThan(1e-3);
});

test("only the newest checkpoints are kept", async () => {
  await run("kept", small());
  expect(readdirSync(join(folder, "kept", "checkpoints"))).toEqual([
    "step-000003.safetensors",
    "step-000004.safetensors",
  ]);
});

test("the embedding tells what it was learned from, and no path of this machine", async () => {
  const { outcome } = await run("told", small({ settings: { steps: 1 } }));
  const { metadata, conditioning } = readEmbedding(outcome.embedding);
  expect(metadata).toMatchObject({ base: { name: "emoji" }, steps: 1, seed: 7, guidance: 7.5 });
  expect(metadata?.rewards.map(({ role }) => role)).toEqual(["train", "held-out"]);
  expect(JSON.stringify(metadata)).not.toContain(folder);
  expect(JSON.stringify(metadata?.program)).not.toContain(process.cwd());
  // The running mean is what is saved.
  expect(conditioning.data).toEqual(outcome.state.parameters["negative"]?.average?.["context"]?.data);
});

test("a number that is not finite stops the run, names the stage and keeps the last good state", async () => {
  const broken = small({ settings: { optimizer: "sgd", learningRate: 1e30 } });
  await expect(run("broken", broken)).rejects.toThrow(/at (unet|vae decoder|reward)/);
  const { state, skipped } = readNewestCheckpoint(join(folder, "broken"));
  const told = bytes("broken", "metrics.jsonl").toString().trim().split("\n");
  expect({ step: state.step, skipped }).toEqual({ step: told.length, skipped: [] });
});

test("two optimizers learn side by side, each for as many steps as it has, and resume to the same bits", async () => {
  const program = freezeProgram(twoOptimizers(), folder);
  const unbroken = await run("unbroken", program);
  const stopped = await run("broken", program, { stopAfter: 2 });
  expect(stopped.outcome.state.step).toBe(2);
  const resumed = await run("broken", readProgram(join(folder, "broken")), { resume: true });
  expect(resumed.outcome.state).toEqual(unbroken.outcome.state);
  for (const file of ["negative.safetensors", "second.safetensors", "checkpoints/step-000004.safetensors"])
    expect(bytes("broken", file).equals(bytes("unbroken", file)), file).toBe(true);
  const told = unbroken.outcome.metrics.map(({ step, updates = {} }) => [step, ...Object.keys(updates)]);
  expect(told).toEqual([[1, "optimizer2"], [2, "optimizer2"], [3, "optimizer2"], [4]]);
  const { metadata } = readEmbedding(join(folder, "unbroken", "second.safetensors"));
  expect(metadata).toMatchObject({ steps: 3, seed: 9, guidance: 3 });
  // The same parameter alone learns the same: what runs beside it changes nothing.
  const alone = await run("alone", small());
  expect(valueOf(alone)).toEqual(valueOf(unbroken));
});

test("a long prompt fills up every other text of the run, and what is learned keeps one chunk", async () => {
  const long = `a ${"very ".repeat(90)}red apple`;
  const cut = await run("cut", small({ prompts: [long, "rocket"], settings: { steps: 1 } }));
  const reading = { longPrompts: "chunks" };
  const whole = await run("chunks", small({ prompts: [long, "rocket"], reading, settings: { steps: 1 } }));
  const warned = ({ events }: Attempt) =>
    events.flatMap((event) => (event.type === "warning" ? [event.diagnostic.code] : []));
  expect(warned(cut)).toContain("text-cut");
  expect(valueOf(whole)).not.toEqual(valueOf(cut));
  expect(whole.outcome.state.parameters["negative"]?.value["context"]?.shape).toEqual(
    cut.outcome.state.parameters["negative"]?.value["context"]?.shape,
  );
});

test("a run goes on with the cuts that it began with, to the bit, whatever would be chosen now", async () => {
  const unbroken = await run("unbroken", small(), { cuts: "borders" });
  await run("broken", small(), { cuts: "borders", stopAfter: 2 });
  const resumed = await run("broken", readProgram(join(folder, "broken")), { resume: true });
  expect(resumed.outcome.state).toEqual(unbroken.outcome.state);
  const cuts = (name: string): unknown => JSON.parse(bytes(name, "cuts.json").toString());
  expect(cuts("broken")).toEqual({ optimizer: ["prediction sampler", "latent sampler", "image decoder"] });
  await run("whole", small({ settings: { steps: 1 } }), { cuts: "none" });
  expect(cuts("whole")).toEqual({ optimizer: [] });
  // Less memory is asked for than it began with.
  await run("whole", readProgram(join(folder, "whole")), { resume: true, budget: 1 });
  expect(cuts("whole")).toEqual({ optimizer: ["prediction sampler"] });
});
