import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunEvent } from "../common/run-events.ts";
import { isLock, lockFolder } from "../weights/folder-lock.ts";
import { readEmbedding } from "./embedding-file.ts";
import { makePlan, parseRecipe, readPlan, type Plan } from "./plan.ts";
import { train, type TrainOutcome } from "./train.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-train-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** The embedded pipeline, with as little of everything as still exercises it. */
function plan(changes: object = {}): Plan {
  const small = {
    prompts: ["a red apple", "rocket", "pizza"],
    steps: 4,
    batch: 2,
    microBatch: 2,
    seed: 7,
    sampler: { steps: 4, lastSteps: 2 },
    previews: { every: 0 },
    checkpoints: { every: 1, keep: 2 },
    emaDecay: 0.5,
    pull: 0.01,
    ...changes,
  };
  return makePlan(parseRecipe(small, "recipe.json"), folder);
}

interface Attempt {
  readonly outcome: TrainOutcome;
  readonly events: readonly RunEvent[];
}

interface RunOptions {
  readonly resume?: boolean;
  readonly stopAfter?: number;
  readonly onStep?: (step: number) => void;
}

async function run(
  name: string,
  recipe: Plan,
  { resume = false, stopAfter = Infinity, onStep = () => {} }: RunOptions = {},
): Promise<Attempt> {
  const events: RunEvent[] = [];
  const controller = new AbortController();
  const outcome = await train(recipe, {
    run: join(folder, name),
    resume,
    device: "cpu",
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

function bytes(name: string, file: string): Buffer {
  return readFileSync(join(folder, name, file));
}

test("a run that another program has learned in the meantime is not begun anew over it", async () => {
  await run("kept", plan({ steps: 1 }));
  const before = bytes("kept", "metrics.jsonl");
  await expect(run("kept", plan({ steps: 1 }))).rejects.toMatchObject({ diagnostics: [{ code: "run-exists" }] });
  expect(bytes("kept", "metrics.jsonl").equals(before)).toBe(true);
});

test("a run that was stopped and resumed ends with the same bits as an unbroken one", async () => {
  const unbroken = await run("unbroken", plan());
  const stopped = await run("broken", plan(), { stopAfter: 2 });
  expect(stopped.outcome.stopped).toBe(true);
  expect(stopped.outcome.state.step).toBe(2);
  const resumed = await run("broken", readPlan(join(folder, "broken")), { resume: true });
  expect(resumed.outcome.state.negative).toEqual(unbroken.outcome.state.negative);
  expect(bytes("broken", "negative.safetensors").equals(bytes("unbroken", "negative.safetensors"))).toBe(true);
  const steps = readFileSync(join(folder, "broken", "metrics.jsonl"), "utf8")
    .trim()
    .split("\n");
  expect(steps.map((line) => JSON.parse(line).step)).toEqual([1, 2, 3, 4]);
});

test("a step whose line cannot be written is done again: no line is lost, none stands twice", async () => {
  const metrics = join(folder, "full", "metrics.jsonl");
  const lines = (): string[] => readFileSync(metrics, "utf8").trim().split("\n");
  let kept = "";
  const failing = run("full", plan(), {
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
  await run("full", readPlan(join(folder, "full")), { resume: true });
  const unbroken = await run("whole", plan());
  expect(lines().map((line) => JSON.parse(line).step)).toEqual([1, 2, 3, 4]);
  expect(unbroken.outcome.state.step).toBe(4);
  expect(bytes("full", "negative.safetensors").equals(bytes("whole", "negative.safetensors"))).toBe(true);
});

test("a run that another program works on is refused with its process", async () => {
  const lock = lockFolder(folder);
  expect(isLock(lock)).toBe(true);
  await expect(run("", plan())).rejects.toMatchObject({
    diagnostics: [{ code: "run-taken", message: expect.stringContaining(`process ${process.pid}`) }],
  });
  if (isLock(lock)) lock.release();
});

test("what a killed writer left unfinished is swept", async () => {
  const left = ".negative.safetensors.12345678-1234-1234-1234-123456789abc.tmp";
  mkdirSync(join(folder, "swept"));
  writeFileSync(join(folder, "swept", left), "half");
  await run("swept", plan({ steps: 1 }));
  expect(readdirSync(join(folder, "swept"))).not.toContain(left);
  expect(readdirSync(join(folder, "swept"))).not.toContain("lock");
});

test("the same seed gives the same embedding, another seed another", async () => {
  const first = await run("a", plan({ steps: 1 }));
  const again = await run("b", plan({ steps: 1 }));
  const other = await run("c", plan({ steps: 1, seed: 8 }));
  expect(again.outcome.state.negative).toEqual(first.outcome.state.negative);
  expect(other.outcome.state.negative).not.toEqual(first.outcome.state.negative);
});

test("micro-batches change the gradient only by rounding", async () => {
  const optimizer = { name: "sgd", learningRate: 1, weightDecay: 0 };
  const whole = await run("whole", plan({ steps: 1, optimizer, microBatch: 2 }));
  const parts = await run("parts", plan({ steps: 1, optimizer, microBatch: 1 }));
  const moved = ({ outcome: { state } }: Attempt): number[] =>
    [...state.negative].map((n, i) => n - (state.start[i] ?? NaN));
  const [a, b] = [moved(whole), moved(parts)];
  const difference = Math.hypot(...a.map((n, i) => n - (b[i] ?? NaN)));
  expect(Math.hypot(...a)).toBeGreaterThan(0);
  expect(difference / Math.hypot(...a)).toBeLessThan(1e-3);
});

test("only the newest checkpoints are kept", async () => {
  await run("kept", plan());
  expect(readdirSync(join(folder, "kept", "checkpoints"))).toEqual([
    "step-000003.safetensors",
    "step-000004.safetensors",
  ]);
});

test("the embedding tells what it was learned from, and no path of this machine", async () => {
  const { outcome } = await run("told", plan({ steps: 1 }));
  const { metadata, conditioning } = readEmbedding(outcome.embedding);
  expect(metadata).toMatchObject({ base: { name: "emoji" }, steps: 1, seed: 7, guidance: 7.5 });
  expect(metadata?.rewards.map(({ role }) => role)).toEqual(["train", "held-out"]);
  expect(JSON.stringify(metadata)).not.toContain(folder);
  expect(JSON.stringify(metadata?.recipe)).not.toContain(process.cwd());
  // The running mean is what is saved.
  expect(conditioning.data).toEqual(outcome.state.average);
});

test("a number that is not finite stops the run, names the stage and keeps the last good state", async () => {
  const broken = plan({ sampler: { steps: 4, lastSteps: 2, guidance: 1e38 } });
  await expect(run("broken", broken)).rejects.toThrow(/at (unet|vae decoder|reward)/);
  expect(readdirSync(join(folder, "broken", "checkpoints"))).toEqual(["step-000000.safetensors"]);
});
