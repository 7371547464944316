// The run that the page shows: waiting for its steps and its end, and what one wants to see of it.

import { expect, type Page } from "@playwright/test";
import { train } from "./editor-app.ts";

/** In milliseconds. */
const TRAINED_WITHIN = 240_000;

/** @param within milliseconds */
export async function expectDone(page: Page, within = TRAINED_WITHIN): Promise<void> {
  await expect(page.locator(".rs-run-bar .rs-job-state")).toHaveText("Done", { timeout: within });
}

/** The workflow that is open. @param number of its run: one before it may be done already */
export async function trainToEnd(page: Page, number: number, within = TRAINED_WITHIN): Promise<void> {
  await train(page);
  await expect(page.locator(".rs-run-bar .rs-run-name")).toContainText(`Run ${number} `);
  await expectDone(page, within);
}

export async function untilStep(page: Page, step: number, within = TRAINED_WITHIN): Promise<void> {
  const progress = page.locator(".rs-run-bar progress");
  await expect
    .poll(async () => Number(await progress.getAttribute("value", { timeout: within })), {
      timeout: within,
      intervals: [100],
    })
    .toBeGreaterThanOrEqual(step);
}

export async function showView(page: Page, view: string): Promise<void> {
  await page.getByRole("group", { name: "What to see of the run" }).getByRole("button", { name: view }).click();
}
