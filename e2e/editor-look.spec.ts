// How the editor looks, light and dark, large and small: pictures for people to look at, compared with those that people looked at before,
// and axe-core on each main state.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { expectLooksAsBefore } from "./compare-look.ts";
import {
  nodeOf,
  openWorkflow,
  runCommand,
  showPanel,
  test,
  train,
  writeSmallWorkflow,
  emojiWorkflow,
  setParams,
  writeWorkflow,
} from "./editor-app.ts";
import { expectDone, showView } from "./shown-run.ts";

const FOLDER = join(import.meta.dirname, "screenshots");
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
] as const;
const SCHEMES = ["light", "dark"] as const;
/** States that show folders of this machine, a run that goes on, or when runs were. */
const CHANGING: ReadonlySet<string> = new Set([
  "open",
  "save as",
  "missing files",
  "run",
  "gallery",
  "notes and tags",
  "table of runs",
]);

test("every main state can be seen and used by everyone, light and dark, large and small", async ({ page, server }) => {
  // Eighty pictures and forty passes of axe.
  test.slow();
  mkdirSync(FOLDER, { recursive: true });
  writeSmallWorkflow(server, "small", 6);
  const broken = emojiWorkflow();
  setParams(broken, { pipeline: { path: "gone/some-model" } });
  writeWorkflow(server, "broken", broken);

  await look(page, "first start");
  await nodeOf(page, "optimizer").locator(".rs-node-title").click();
  await look(page, "node selected");
  await page.keyboard.press("c");
  await look(page, "connect to");
  await leave(page);
  for (const [command, name] of [
    ["Add a node…", "palette"],
    ["Templates…", "templates"],
    ["Keyboard shortcuts", "shortcuts"],
    ["Open…", "open"],
    ["Save as…", "save as"],
  ] as const) {
    await runCommand(page, command);
    await expect(page.getByRole("dialog")).toBeVisible();
    await look(page, name);
    await leave(page);
  }
  await showPanel(page, "History");
  await look(page, "history");
  await showPanel(page, "Plan");
  await expect(page.locator(".rs-dock-panel table").first()).toBeVisible({ timeout: 60_000 });
  await look(page, "plan");

  await openWorkflow(page, "broken");
  await showPanel(page, "Problems");
  await expect(page.getByText("1 file is missing")).toBeVisible({ timeout: 20_000 });
  await look(page, "problems");
  await page.getByRole("button", { name: "Find missing files…" }).click();
  await look(page, "missing files");
  await leave(page);

  await openWorkflow(page, "small");
  await train(page);
  await expect(page.locator(".rs-run-bar .rs-job-running")).toBeVisible({ timeout: 60_000 });
  await expect(page.locator(".rs-picture-cell").first()).toBeVisible({ timeout: 60_000 });
  await look(page, "run");
  await expectDone(page);
  for (const view of ["Images", "Charts", "Results", "Messages"]) {
    await showView(page, view);
    await look(page, `run ${view.toLowerCase()}`);
  }
  await showPanel(page, "Gallery");
  await expect(page.locator(".rs-run-card")).toBeVisible();
  await look(page, "gallery");
  await page.getByRole("button", { name: "Table" }).click();
  await expect(page.locator(".rs-run-table")).toBeVisible();
  await look(page, "table of runs");
  await page.getByRole("button", { name: "Cards" }).click();
  await page.getByRole("button", { name: "Notes and tags…" }).click();
  await look(page, "notes and tags");
  await leave(page);
  await runCommand(page, "New workflow");
  await look(page, "empty canvas");
});

/** The state as it is, in every size and scheme; axe looks at the large ones. */
async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const file = `${name.replaceAll(" ", "-")}-${colorScheme}-${size.width}.png`;
      await hideMeasured(page);
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      await expect
        .poll(() => page.evaluate("[...document.images].every(({ complete }) => complete)"), "images are loaded")
        .toBe(true);
      const screenshot = await page.screenshot({ path: join(FOLDER, file), animations: "disabled" });
      if (!CHANGING.has(name)) await expectLooksAsBefore(page, screenshot, file.replace(".png", ""), test.info());
    }
    await page.setViewportSize(SIZES[0]);
    // In the dark only the colours are others.
    await expectAccessible(page, `${name}, ${colorScheme}`, colorScheme === "dark" ? ["color-contrast"] : []);
  }
}

async function leave(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

/** When something was, and how long it took, is another each time. */
async function hideMeasured(page: Page): Promise<void> {
  await page.evaluate(
    `for (const one of document.querySelectorAll("[data-measured], .rs-toasts")) one.style.display = "none"`,
  );
}

/** @param rules none: all */
async function expectAccessible(page: Page, state: string, rules: string[]): Promise<void> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules.length === 0 ? axe : axe.withRules(rules)).analyze();
  const found = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => ({ id, help, at: nodes.slice(0, 6).map(({ target }) => target.join(" ")) }));
  expect.soft(found, state).toEqual([]);
}
