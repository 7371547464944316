// Learning from the command line: interrupted, killed and resumed.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { reneg, startReneg, type RunningCommand } from "./command-line.ts";
import { descendants, isAlive, killEnginesOf } from "./processes.ts";

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

test("a run that is interrupted and resumed ends with the same bits as an unbroken one", async () => {
  const recipe = writeRecipe();
  const unbroken = await reneg("train", recipe, "--out", "unbroken", "--device", "cpu");
  expect(unbroken.code, unbroken.stderr).toBe(0);

  const broken = startReneg("train", recipe, "--out", "broken", "--device", "cpu");
  await untilSteps("broken", 2, broken);
  broken.interrupt();
  const stopped = await broken.ended;
  expect(stopped.code, stopped.stderr).toBe(130);
  expect(stopped.stdout).toContain("reneg train --resume");

  const resumed = await reneg("train", "--resume", "broken", "--device", "cpu");
  expect(resumed.code, resumed.stderr).toBe(0);
  const embedding = (run: string): Buffer => readFileSync(test.info().outputPath(run, "negative.safetensors"));
  expect(embedding("broken").equals(embedding("unbroken"))).toBe(true);
  expect(lines("broken")).toHaveLength(RECIPE.steps);
  expect(readdirSync(test.info().outputPath("broken", "previews")).toSorted()).toEqual([
    "rewards.jsonl",
    "step-000000.png",
    "step-000003.png",
    "step-000006.png",
  ]);
});

// As a service manager does, or `kill` with a group.
for (const [signal, code] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const) {
  test(`${signal} to every process of a run at once ends it after what it is at, and saves it`, async () => {
    const run = startReneg("train", writeRecipe(), "--out", "asked", "--device", "cpu");
    await untilSteps("asked", 2, run);
    const below = await descendants(run.pid);
    for (const { pid } of below) process.kill(pid, signal);
    run.send(signal);
    const ended = await run.ended;
    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stdout).toContain("reneg train --resume");
    expect(below.filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(JSON.parse((await reneg("check", "asked", "--json")).stdout)).toMatchObject({ findings: [] });
  });
}

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
