// Learning from the command line: interrupted, killed, resumed, and worth its time.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { z } from "zod";
import { reneg, startReneg, type RunningCommand } from "./command-line.ts";
import { killEnginesOf } from "./processes.ts";

/** As little of everything as is still a run of several seconds. */
const RECIPE = {
  prompts: ["a red apple", "rocket", "pizza"],
  steps: 6,
  batch: 2,
  microBatch: 2,
  sampler: { steps: 6, lastSteps: 2 },
  previews: { every: 3 },
  checkpoints: { every: 1 },
};

function writeRecipe(): string {
  const file = test.info().outputPath("recipe.json");
  writeFileSync(file, JSON.stringify(RECIPE));
  return file;
}

function lines(run: string): string[] {
  const file = test.info().outputPath(run, "metrics.jsonl");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

async function untilSteps(run: string, count: number, command: RunningCommand): Promise<void> {
  await expect
    .poll(() => (command.isRunning() ? lines(run).length : count), { timeout: 120_000 })
    .toBeGreaterThanOrEqual(count);
}

const means = z.object({ null: z.number(), handcrafted: z.number(), learned: z.number() });
/** What report.json promises to other programs. */
const reportSchema = z.object({
  prompts: z.array(z.string()),
  seeds: z.array(z.int()),
  rewards: z.object({ train: means, heldOut: means }),
  winRate: z.object({ vsNull: z.number(), vsHandcrafted: z.number() }),
  perSample: z.array(z.object({ prompt: z.string(), global: z.number(), perSample: z.number() })),
  seconds: z.number(),
  peakMemoryMB: z.number(),
});

test("a run that is interrupted and resumed ends with the same bits as an unbroken one", async () => {
  const recipe = writeRecipe();
  const unbroken = await reneg("train", recipe, "--out", "unbroken", "--device", "cpu");
  expect(unbroken.code, unbroken.stderr).toBe(0);

  const broken = startReneg("train", recipe, "--out", "broken", "--device", "cpu");
  await untilSteps("broken", 2, broken);
  broken.interrupt();
  const stopped = await broken.ended;
  expect(stopped.code, stopped.stderr).toBe(0);
  expect(stopped.stdout).toContain("reneg train --resume");

  const resumed = await reneg("train", "--resume", "broken", "--device", "cpu");
  expect(resumed.code, resumed.stderr).toBe(0);
  const embedding = (run: string): Buffer => readFileSync(test.info().outputPath(run, "negative.safetensors"));
  expect(embedding("broken").equals(embedding("unbroken"))).toBe(true);
  expect(lines("broken")).toHaveLength(RECIPE.steps);
  expect(readdirSync(test.info().outputPath("broken", "previews"))).toEqual([
    "step-000000.png",
    "step-000003.png",
    "step-000006.png",
  ]);
});

test("an engine that is killed in mid-run is reported, and the run goes on from its last checkpoint", async () => {
  const command = startReneg("train", writeRecipe(), "--out", "killed", "--device", "cpu");
  await untilSteps("killed", 2, command);
  await killEnginesOf(command.pid);
  const died = await command.ended;
  expect(died.code).toBe(1);
  expect(died.stderr).toContain("SIGKILL");
  expect(died.stderr).toContain("--resume");

  const resumed = await reneg("train", "--resume", "killed", "--device", "cpu", "--json");
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ steps: RECIPE.steps, stopped: false });
});

test("the demo's embedding beats no negative and the handwritten one, and its report says so", async () => {
  test.setTimeout(20 * 60_000);
  const { code, stdout, stderr } = await reneg("demo", "--out", "demo", "--per-sample", "8", "--device", "cpu");
  expect(code, stderr).toBe(0);
  const out = (name: string): string => test.info().outputPath("demo", name);
  for (const name of ["before-after.png", "reward.svg", "report.md", "report.json", "negative.safetensors"]) {
    expect(existsSync(out(name)), name).toBe(true);
    expect(stdout).toContain(join("demo", name));
  }
  const report = reportSchema.parse(JSON.parse(readFileSync(out("report.json"), "utf8")));
  expect(report.prompts.length).toBeGreaterThanOrEqual(32);
  const { train, heldOut } = report.rewards;
  expect(train.learned).toBeGreaterThan(Math.max(train.null, train.handcrafted));
  expect(heldOut.learned).toBeGreaterThan(Math.max(heldOut.null, heldOut.handcrafted));
  expect(report.winRate.vsNull).toBeGreaterThan(0.5);
  expect(report.winRate.vsHandcrafted).toBeGreaterThan(0.5);
  expect(report.peakMemoryMB).toBeLessThan(2048);
  expect(report.perSample).toHaveLength(8);
  for (const { prompt, global, perSample } of report.perSample) {
    expect(perSample, prompt).toBeGreaterThanOrEqual(global);
  }
});
