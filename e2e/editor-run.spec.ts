// Learning in the editor: previews and rewards as they come, pause and reload, results, sharing, and an engine that dies.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";
import { z } from "zod";
import {
  dropFile,
  type EditorServer,
  openWorkflow,
  readWorkflowFile,
  saveAs,
  showPanel,
  tabOf,
  test,
  train,
  wiring,
  writeSmallWorkflow,
} from "./editor-app.ts";
import { killEnginesOf } from "./processes.ts";
import { expectDone, showView, untilStep } from "./shown-run.ts";

const LEARNS_WITHIN = 120_000;

test("the first start needs one click on Train until a preview is drawn", async ({ page }) => {
  const train = page.getByRole("button", { name: "Train", exact: true });
  await expect(train).toBeEnabled({ timeout: 20_000 });
  await train.click();
  await showPanel(page, "Run");
  // 20 seconds on two idle cores; a busy machine gets more.
  await expect(page.locator(".rs-picture-cell, .rs-latent-preview img").first()).toBeVisible({ timeout: 60_000 });
  await barButton(page, "Stop").click();
  await expect(stateOf(page)).toHaveText("Stopped", { timeout: LEARNS_WITHIN });
});

test("a run is paused, the page loaded anew, the run resumed until it has learned, and what it learned is shared", async ({
  page,
  server,
  shell,
}) => {
  writeSmallWorkflow(server, "small", 12, 4);
  await openWorkflow(page, "small");
  await train(page);
  await untilStep(page, 2);
  await barButton(page, "Pause").click();
  await expect(stateOf(page)).toHaveText("Paused", { timeout: LEARNS_WITHIN });
  const paused = stepsOf(server).length;
  expect(paused).toBeLessThan(12);

  await page.reload();
  await expect(tabOf(page, "small")).toBeVisible();
  await showPanel(page, "Run");
  await page.locator(".rs-job", { hasText: "small" }).click();
  await expect(stateOf(page)).toHaveText("Paused");
  await barButton(page, "Resume").click();
  await expectDone(page, LEARNS_WITHIN);
  const rewards = stepsOf(server).map((line) => z.object({ reward: z.number() }).parse(JSON.parse(line)).reward);
  expect(rewards).toHaveLength(12);
  expect(mean(rewards.slice(-4))).toBeGreaterThan(mean(rewards.slice(0, 4)) + 0.05);

  await expect(page.locator(".rs-preview-grid tbody tr").first()).toBeVisible();
  await expect(page.getByRole("img", { name: "a red apple, at step 12" }).first()).toBeVisible();
  await showView(page, "Charts");
  await expect(page.locator(".rs-run-panel canvas").first()).toBeVisible();
  const told = await page.locator(".rs-run-charts").innerText();
  const [, atFirst = NaN, atLast = NaN] = /Reward (\d\.\d+)[^→]*→ (\d\.\d+)/.exec(told) ?? [];
  expect(Number(atLast), "as the chart tells it").toBeGreaterThan(Number(atFirst));
  await showView(page, "Results");
  await expect(page.locator(".rs-result table").first()).toBeVisible();

  await showPanel(page, "Gallery");
  const card = page.locator(".rs-run-card", { hasText: "small" });
  await expect(card).toContainText("Done");
  const bundle = test.info().outputPath("shared.zip");
  // Playwright is told of no downloads by Electron.
  if (shell === "browser") {
    const download = page.waitForEvent("download");
    await card.getByRole("button", { name: "Export bundle" }).click();
    await (await download).saveAs(bundle);
  }

  const original = wiring(readWorkflowFile(join(server.workflows, "small.reneg.json")));
  const pictures = join(runFolder(server), "previews");
  const [picture = ""] = readdirSync(pictures).filter((name) => name.endsWith(".png"));
  const shared = [
    ["picture.png", join(pictures, picture)],
    ["embedding.safetensors", join(runFolder(server), "negative.safetensors")],
    ...(shell === "browser" ? ([["bundle.zip", bundle]] as const) : []),
  ] as const;
  for (const [name, file] of shared) {
    const before = await page.locator(".rs-tab").count();
    await dropFile(page, name, readFileSync(file));
    await expect(page.locator(".rs-tab"), name).toHaveCount(before + 1);
    await expect(page.locator(".rs-node"), name).toHaveCount(15);
    const copy = await saveAs(page, server, `from ${name}`);
    expect(wiring(readWorkflowFile(copy)), name).toEqual(original);
  }
});

test("an engine that is killed in mid-run fails the job with a reason, and the run is resumed to its end", async ({
  page,
  server,
}) => {
  writeSmallWorkflow(server, "killed", 12);
  await openWorkflow(page, "killed");
  await train(page);
  await untilStep(page, 2);
  await killEnginesOf(server.pid);
  await expect(stateOf(page)).toHaveText("Failed", { timeout: 30_000 });
  const toast = page.locator(".rs-toast-error", { hasText: "Run 1 failed" });
  await expect(toast.getByRole("button", { name: "Resume run 1" })).toBeVisible();
  await expect(toast, "the words of the page").not.toContainText("--resume");
  await showView(page, "Messages");
  // Once, not once more from the run's folder.
  await expect(page.locator(".rs-run-messages .rs-tone-error")).toHaveText(/SIGKILL/);

  await expect(page.locator(".rs-run-messages")).not.toContainText("--resume");

  await toast.getByRole("button", { name: "Resume run 1" }).click();
  await expectDone(page, LEARNS_WITHIN);
  await expect(page.locator(".rs-toast-success", { hasText: "Run 1 has learned" })).toBeVisible();
  expect(stepsOf(server)).toHaveLength(12);
});

function barButton(page: Page, name: string): Locator {
  return page.locator(".rs-run-commands").getByRole("button", { name: new RegExp(`^${name}, run \\d+$`) });
}

function stateOf(page: Page): Locator {
  return page.locator(".rs-run-bar .rs-job-state");
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function runFolder({ home }: EditorServer): string {
  const [run] = readdirSync(join(home, "runs"));
  if (run === undefined) throw new Error("there is no run");
  return join(home, "runs", run);
}

function stepsOf(server: EditorServer): string[] {
  const file = join(runFolder(server), "metrics.jsonl");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}
