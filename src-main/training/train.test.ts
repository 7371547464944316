import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunEvent } from "../common/run-events.ts";
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

async function run(name: string, recipe: Plan, { resume = false, stopAfter = Infinity } = {}): Promise<Attempt> {
  const events: RunEvent[] = [];
  const controller = new AbortController();
  const outcome = await train(recipe, {
    run: join(folder, name),
    resume,
    device: "cpu",
    signal: controller.signal,
    emit: (event) => {
      events.push(event);
      if (event.type === "step" && event.step >= stopAfter) controller.abort();
      return Promise.resolve();
    },
  });
  return { outcome, events };
}

function bytes(name: string, file: string): Buffer {
  return readFileSync(join(folder, name, file));
}

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
