// The demo as README tells to start it, from a fresh clone on a bare machine: what it learned is worth its time.

import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { z } from "zod";
import { cloneRepository, runBare } from "./bare-environment.ts";

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

const FILES = ["before-after.png", "reward.svg", "report.md", "report.json", "negative.safetensors"];

test("README's first command installs and runs the demo on a machine with Node and npm alone, and what it learned is worth its time", async () => {
  test.skip(process.platform === "win32", "the bare machine is one of links and a shell");
  test.setTimeout(20 * 60_000);
  const clone = cloneRepository();
  try {
    const { code, output } = await runBare(clone.folder, "npm ci && npm run demo -- --per-sample 8 --device cpu");
    expect(code, output).toBe(0);
    expect(output).not.toMatch(/npm (warn|error)|EBADENGINE|deprecated/i);
    const folder = join(clone.folder, "runs/demo");
    // For people who look at what failed.
    cpSync(folder, test.info().outputPath("demo"), { recursive: true });
    for (const name of FILES) {
      expect(existsSync(join(folder, name)), name).toBe(true);
      expect(output).toContain(join("runs/demo", name));
    }
    expectWorthIt(join(folder, "report.json"));
    const installed = readdirSync(join(clone.folder, "node_modules/onnxruntime-node/bin"), { recursive: true });
    expect(installed.filter((name) => /cuda/i.test(String(name)))).toEqual([]);
  } finally {
    clone.remove();
  }
});

function expectWorthIt(file: string): void {
  const report = reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
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
}
