// The demo from the command line: what it learned is worth its time.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { z } from "zod";
import { reneg } from "./command-line.ts";

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
