// Several runs at once: which one is told to stop, which one is shown, and what becomes of one whose engine is killed.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";
import { nodeOf, openWorkflow, showPanel, test, train, writeSmallWorkflow } from "./editor-app.ts";
import { showView, untilStep } from "./shown-run.ts";

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

  // What the first computes is told on the nodes, in the title and in its log.
  await expect(page).toHaveTitle(/^\d+ % · Run 1, first/);
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

test("what changed since a run is told, taken back as one step, and two runs are compared in a table and side by side", async ({
  page,
  server,
}) => {
  writeSmallWorkflow(server, "small", 3);
  await openWorkflow(page, "small");
  await train(page);
  await expect(stateOf(rowOf(page, "1 small"))).toHaveText("Done", { timeout: LEARNS_WITHIN });
  const foot = page.locator(".rs-status-bar");
  await expect(foot).toContainText("As in run 1");
  for (const [node, work] of [
    ["encoder", "Text encoding"],
    ["unet", "Gradient"],
    ["optimizer", "Optimizer"],
  ] as const)
    await expect(nodeOf(page, node), work).toContainText(work);
  await showView(page, "Messages");
  const log = page.getByRole("region", { name: "Log" });
  await expect(log).toContainText("Runs on cpu");
  await expect(log).toContainText(/Loaded unet in \d/);
  await expect(log).toContainText("Ends as done at step 3 of 3");

  await setScale(page, "5");
  await foot.getByRole("button", { name: "1 change since run 1" }).click();
  await expect(page.getByRole("dialog")).toContainText("CFG Guidance scale 7.5 → 5");
  await page.getByRole("dialog").getByRole("button", { name: "Back to run 1" }).click();
  await expect(foot).toContainText("As in run 1");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(foot.getByRole("button", { name: "1 change since run 1" })).toBeVisible();

  await train(page);
  await expect(stateOf(rowOf(page, "2 small"))).toHaveText("Done", { timeout: LEARNS_WITHIN });
  await showView(page, "Results");
  await expect(page.locator(".rs-run-results .rs-run-facts")).toBeVisible();
  await expect(page.locator(".rs-run-results .rs-run-facts")).toContainText("since run 1: CFG Guidance scale 7.5 → 5");

  await showPanel(page, "Gallery");
  await page.getByRole("button", { name: "Table" }).click();
  const table = page.locator(".rs-run-table");
  await expect(table.getByRole("columnheader", { name: "CFG Guidance scale" })).toBeVisible();
  await table.getByRole("button", { name: "CFG Guidance scale" }).click();
  await expect(table.locator("tbody tr").first()).toContainText("7.5");
  await table.getByRole("button", { name: "CFG Guidance scale" }).click();
  await expect(table.locator("tbody tr").last()).toContainText("7.5");
  await table.getByRole("checkbox", { name: "Compare run 1" }).check();
  await table.getByRole("checkbox", { name: "Compare run 2" }).check();
  await page.getByRole("button", { name: "Compare the marked" }).click();
  const compared = page.locator(".rs-compare");
  await expect(compared.getByRole("row", { name: /CFG Guidance scale/ })).toContainText("7.5");
  await expect(compared.locator("canvas")).toBeVisible();
  await expect(compared.getByRole("img", { name: /a red apple, run \d at step 3/ })).toHaveCount(2);
});

async function setScale(page: Page, value: string): Promise<void> {
  await nodeOf(page, "cfg").click();
  const field = page.locator(".rs-inspector").getByRole("spinbutton", { name: "Guidance scale" });
  await field.fill(value);
  await field.press("Tab");
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
