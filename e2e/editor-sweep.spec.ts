// A sweep, from the menu of a parameter to its table and points: four runs in the app's own queue, and one that is cancelled.

import { expect, type Locator, type Page } from "@playwright/test";
import { nodeOf, openWorkflow, showPanel, test, train, writeSmallWorkflow } from "./editor-app.ts";

const LEARN_WITHIN = 240_000;

test("two parameters are varied as a grid of four runs, which are sorted, opened from a row and a point, and compared", async ({
  page,
  server,
}) => {
  writeSmallWorkflow(server, "small", 2);
  await openWorkflow(page, "small");
  // By the menu of a parameter in its node, as by hand: near enough that parameters are seen.
  await nodeOf(page, "cfg").click();
  await page.keyboard.press("Shift+F");
  await nodeOf(page, "cfg").locator('[data-param="scale"] dt').click({ button: "right" });
  await page.getByRole("menuitem", { name: "Vary…" }).click();
  const dialog = page.getByRole("dialog", { name: "Vary parameters" });
  const scale = dialog.getByRole("textbox", { name: /Guidance scale/ });
  await expect(scale).toBeFocused();
  await expect(scale).toHaveValue("7.5");
  await page.keyboard.type(", two");
  await expect(dialog).toContainText("“two” is not a number.");
  await expect(dialog.getByRole("button", { name: /^Queue/ })).toBeDisabled();
  await scale.fill("7.5, 2");
  await expect(dialog.getByRole("button", { name: "Queue 2 runs" })).toBeEnabled();
  await dialog.getByRole("combobox").selectOption({ label: "Seed" });
  await dialog.getByRole("textbox", { name: /Seed/ }).fill(Array.from({ length: 60 }, (_, i) => i).join(" "));
  await expect(dialog).toContainText("These are 120 runs; at most 100 are queued at once.");
  await expect(dialog.getByRole("button", { name: "Queue 120 runs" })).toBeDisabled();
  await dialog.getByRole("textbox", { name: /Seed/ }).fill("0, 1");
  await expect(dialog).toContainText("2 × 2 = 4 runs");
  await dialog.getByRole("button", { name: "Queue 4 runs" }).click();
  await expect(dialog).toHaveCount(0);

  const panel = page.locator(".rs-sweep");
  await expect(panel.locator("tbody tr")).toHaveCount(4);
  await expect(panel.getByRole("columnheader", { name: "Guidance scale" })).toBeVisible();
  await expect(panel).toContainText("4 of 4 done", { timeout: LEARN_WITHIN });
  await expect(panel.locator("tbody tr", { hasText: "Done" })).toHaveCount(4);
  await expect(panel.locator(".rs-scatter-point")).toHaveCount(4);

  await panel.getByRole("columnheader", { name: "Best held-out reward" }).getByRole("button").click();
  await expect.poll(() => numbersOf(panel, 4)).toEqual((await numbersOf(panel, 4)).toSorted((a, b) => b - a));
  const [first = 0] = await numbersOf(panel, 1);
  await panel.locator("tbody tr").first().locator("td").nth(1).click();
  await expect(headOf(page)).toContainText(`Run ${first} · small · Guidance scale`);

  await showPanel(page, "Sweeps");
  await panel.getByRole("combobox", { name: "Across" }).selectOption("Seed");
  await panel.getByRole("button", { name: /^Run 4: Seed 1, Best held-out reward/ }).click();
  await expect(headOf(page)).toContainText("Run 4 · small · Guidance scale 2, Seed 1");

  await showPanel(page, "Sweeps");
  await panel.getByRole("checkbox", { name: "Compare run 1" }).check();
  await panel.getByRole("checkbox", { name: "Compare run 4" }).check();
  await panel.getByRole("button", { name: "Compare the marked" }).click();
  await expect(page.locator(".rs-compare").getByRole("row", { name: /CFG Guidance scale/ })).toContainText("7.5");
});

test("a sweep is made by keyboard alone, and is cancelled as a whole while other runs wait on", async ({
  page,
  server,
}) => {
  writeSmallWorkflow(server, "long", 60);
  await openWorkflow(page, "long");
  await nodeOf(page, "optimizer").click({ position: { x: 20, y: 8 } });
  await page.keyboard.press("v");
  const dialog = page.getByRole("dialog", { name: "Vary parameters" });
  await expect(dialog.getByRole("combobox")).toBeFocused();
  await dialog.getByRole("combobox").selectOption({ label: "Seed" });
  await expect(dialog.getByRole("textbox", { name: /Seed/ })).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("1, 2, 3");
  await page.keyboard.press("Enter");
  const panel = page.locator(".rs-sweep");
  await expect(panel.locator("tbody tr")).toHaveCount(3);
  await train(page);
  await showPanel(page, "Sweeps");
  await expect(panel.locator("tbody tr", { hasText: "Training" })).toHaveCount(1, { timeout: LEARN_WITHIN });
  await panel.getByRole("button", { name: "Cancel sweep" }).click();
  await expect(page.getByRole("dialog", { name: "Stop 3 runs?" })).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel sweep" }).click();
  await expect(panel.locator("tbody tr", { hasText: "Stopped" })).toHaveCount(3, { timeout: LEARN_WITHIN });
  await expect(panel.getByRole("button", { name: "Cancel sweep" })).toBeDisabled();
  const bar = page.locator(".rs-run-controls");
  await expect(bar).toContainText("Run 4");
  await bar.getByRole("button", { name: "Stop run 4" }).click();
  await expect(bar).toHaveCount(0, { timeout: LEARN_WITHIN });
});

test("choices are ticked from the inspector, and a run that fails says why while the others go on", async ({
  page,
  server,
}) => {
  writeSmallWorkflow(server, "fails", 2);
  await openWorkflow(page, "fails");
  await nodeOf(page, "optimizer").click({ position: { x: 20, y: 8 } });
  await page.locator(".rs-inspector").getByRole("button", { name: "Vary Schedule…" }).click();
  const dialog = page.getByRole("dialog", { name: "Vary parameters" });
  await expect(dialog.getByRole("checkbox", { name: "cosine" })).toBeChecked();
  await dialog.getByRole("checkbox", { name: "cosine" }).uncheck();
  await expect(dialog).toContainText("Tick at least one value.");
  await dialog.getByRole("checkbox", { name: "constant" }).check();
  await dialog.getByRole("checkbox", { name: "cosine" }).check();
  await expect(dialog.getByRole("button", { name: "Queue 2 runs" })).toBeEnabled();
  await dialog.getByRole("combobox").selectOption({ label: "Learning rate" });
  await dialog.getByRole("textbox", { name: /Learning rate/ }).fill("1e38, 0.05");
  await expect(dialog).toContainText("2 × 2 = 4 runs");
  await dialog.getByRole("button", { name: /^Do not vary .*Schedule$/ }).click();
  await dialog.getByRole("button", { name: "Queue 2 runs" }).click();
  const rows = page.locator(".rs-sweep tbody tr");
  await expect(rows.nth(0)).toContainText(/Failed: .*NaN/, { timeout: LEARN_WITHIN });
  await expect(rows.nth(1)).toContainText("Done", { timeout: LEARN_WITHIN });
  await expect(page.locator(".rs-sweep")).toContainText("1 of 2 done, 1 failed");
});

/** Of a column, from the top down. */
async function numbersOf(panel: Locator, column: number): Promise<number[]> {
  const cells = await panel.locator(`tbody tr > :nth-child(${column + 1})`).allInnerTexts();
  return cells.map((words) => Number(words.replace("−", "-")));
}

function headOf(page: Page): Locator {
  return page.locator(".rs-run-bar .rs-run-name");
}
