// Several runs at once: which one is told to stop, which one is shown, and what becomes of one whose engine is killed.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";
import { openWorkflow, showPanel, test, writeSmallWorkflow } from "./editor-app.ts";

const LEARNS_WITHIN = 120_000;

test("Stop on the top bar stops the run at work, not the one that waits, which goes on and is shown by Train", async ({
  page,
  server,
}) => {
  writeSmallWorkflow(server, "first", 40);
  writeSmallWorkflow(server, "second", 4);
  await openWorkflow(page, "first");
  await train(page);
  await expect(headOf(page)).toContainText("Run 1 · first");
  await untilStep(page, 1);

  await openWorkflow(page, "second");
  await train(page);
  // Of the run that this made, whatever was shown before.
  await expect(headOf(page)).toContainText("Run 2 · second");
  const bar = page.locator(".rs-run-controls");
  await expect(bar).toContainText("Run 1");
  await expect(bar).toContainText("1 waiting");
  await expect(bar.locator("progress")).toHaveAttribute("max", "40");

  await rowOf(page, "first").locator(".rs-job").click();
  await expect(headOf(page)).toContainText("Run 1 · first");
  await train(page);
  await expect(headOf(page)).toContainText("Run 3 · second");

  await bar.getByRole("button", { name: "Stop run 1" }).click();
  await expect(stateOf(rowOf(page, "first"))).toHaveText("Stopped", { timeout: LEARNS_WITHIN });
  await expect(bar).toContainText("Run 2", { timeout: LEARNS_WITHIN });
  await rowOf(page, "3 second").getByRole("button", { name: "Stop run 3" }).click();
  await expect(stateOf(rowOf(page, "3 second"))).toHaveText("Stopped");
  await expect(stateOf(rowOf(page, "2 second"))).toHaveText("Done", { timeout: LEARNS_WITHIN });
  await expect(bar).toHaveCount(0);
});

test("a chosen device that is absent takes the old plan off the screen, and only what this system can have is offered", async ({
  page,
  server,
}) => {
  await showPanel(page, "Plan");
  const plan = page.locator(".rs-plan");
  const device = plan.getByRole("combobox", { name: "Device" });
  await expect(plan.locator("table tbody tr").first()).toBeVisible();
  await expect(plan).not.toContainText("Looking for devices");
  const offered = await device.locator("option").allInnerTexts();
  expect(offered.filter((name) => /DirectML|Core ML/.test(name))).toEqual([]);
  await expect(device.locator("option", { hasText: "CUDA (NVIDIA), not here" })).toBeDisabled();
  await plan.getByText("How to get CUDA").click();
  await expect(plan).toContainText("npm run setup:cuda");

  // As when the choice was made before the driver went, or with another machine's settings.
  writeFileSync(
    join(server.home, "preferences.json"),
    JSON.stringify({ device: "cuda", dockPanel: "plan", isKnown: true }),
  );
  await page.reload();
  await showPanel(page, "Plan");
  await expect(plan.getByRole("alert")).toContainText("The device cuda is not available");
  await expect(plan.locator("table")).toHaveCount(0);
  await device.selectOption("cpu");
  await expect(plan.locator("table tbody tr").first()).toBeVisible();
  await expect(plan.getByRole("alert")).toHaveCount(0);
});

async function train(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Train" }).click();
  await showPanel(page, "Run");
}

function headOf(page: Page): Locator {
  return page.locator(".rs-run-bar .rs-run-name");
}

function rowOf(page: Page, name: string): Locator {
  return page.locator(".rs-job-row", { hasText: name });
}

function stateOf(row: Locator): Locator {
  return row.locator(".rs-job-state");
}

async function untilStep(page: Page, step: number): Promise<void> {
  const progress = page.locator(".rs-run-bar progress");
  await expect
    .poll(async () => Number(await progress.getAttribute("value", { timeout: LEARNS_WITHIN })), {
      timeout: LEARNS_WITHIN,
      intervals: [100],
    })
    .toBeGreaterThanOrEqual(step);
}
