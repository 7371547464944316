// What one sees of a run: the first workflow trained to its end, its results in words and images, the lightbox, and its charts.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";
import { type EditorServer, firstWorkflow, openWorkflow, setParams, test, train, writeWorkflow } from "./editor-app.ts";
import { showView } from "./shown-run.ts";

const LEARNS_WITHIN = 240_000;

/** The first workflow, with as little of everything as still fills its results. */
function writeShortened(server: EditorServer): void {
  const workflow = firstWorkflow();
  setParams(workflow, {
    sampler: { steps: 4, lastSteps: 2, gradient: "one late step" },
    optimizer: { steps: 6, batch: 4, microBatch: 4 },
    preview: { every: 3, count: 2 },
    compare: { first: 2 },
    evaluate: { first: 4 },
  });
  writeWorkflow(server, "shortened", workflow);
}

test("the first workflow ends with results: what happened in words, images side by side, and what they are worth", async ({
  page,
  server,
}) => {
  test.setTimeout(2 * LEARNS_WITHIN);
  writeShortened(server);
  await openWorkflow(page, "shortened");
  await train(page);
  const phases = await phasesUntilDone(page);
  for (const phase of [/^Loading /, /^Comparing \d+ of 6 images/, /^Evaluating \d+ of 12 images/]) {
    expect(
      phases.filter((told) => phase.test(told)),
      String(phase),
    ).not.toEqual([]);
  }

  await expectAllNodesSeen(page);
  await headOfRun(page);
  await showView(page, "Results");
  const story = page.getByRole("region", { name: "What happened" });
  await expect(story).toContainText("It has learned for 6 steps");
  await expect(story).toContainText(/While training, the reward .* ± .*first and last 3 steps/);
  await expect(story).toContainText(/On 4 prompts that nothing was learned from/);
  await expect(story.getByRole("button", { name: "Apply to…" })).toBeVisible();
  await expect(page.locator(".rs-compared-row")).toHaveCount(2 + 4);
  await expect(page.locator(".rs-result table").first()).toBeVisible();
  await expectAccessible(page, "results");

  await lightboxByKeyboard(page);
  await lightboxByMouse(page);
  await savesWithMetadata(page, server);
  await charts(page);
});

/** Nodes that results have made higher lie on none of the others, and nobody has moved the canvas: it still shows all of them. */
async function expectAllNodesSeen(page: Page): Promise<void> {
  const boxOf = (part: Locator) => part.boundingBox().then((box) => box ?? { x: 0, y: 0, width: 0, height: 0 });
  await expect(async () => {
    const canvas = await boxOf(page.locator(".rs-canvas"));
    const nodes = await page.locator(".rs-node").all();
    expect(nodes).toHaveLength(17);
    const boxes = await Promise.all(nodes.map(boxOf));
    for (const [i, box] of boxes.entries()) {
      expect(box.y).toBeGreaterThanOrEqual(canvas.y);
      expect(box.y + box.height).toBeLessThanOrEqual(canvas.y + canvas.height);
      for (const other of boxes.slice(i + 1)) expect(isApart(box, other)).toBe(true);
    }
  }).toPass({ timeout: 10_000 });
}

type Box = NonNullable<Awaited<ReturnType<Locator["boundingBox"]>>>;

function isApart(a: Box, b: Box): boolean {
  return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
}

/** Two lines, however little room the panels leave, and the reward is told once. */
async function headOfRun(page: Page): Promise<void> {
  const [bar, figures] = [page.locator(".rs-run-bar"), page.locator(".rs-run-figures")];
  await expect(page.getByText(/^Reward .* held-out prompts \(/)).toHaveCount(1);
  for (const { width, height, lines } of [
    { width: 1440, height: 900, lines: 1 },
    { width: 1024, height: 768, lines: 2 },
  ]) {
    await page.setViewportSize({ width, height });
    expect((await bar.boundingBox())?.height, "its name and commands").toBeLessThan(42);
    expect((await figures.boundingBox())?.height, "its figures").toBeLessThan(lines * 22);
    const cut = await page.evaluate(
      `[...document.querySelector(".rs-run-bar").children].flatMap(({ scrollWidth, clientWidth, className }) =>
        scrollWidth > clientWidth + 1 && className !== "rs-run-name" ? [className] : [])`,
    );
    expect(cut, "what is cut off").toEqual([]);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** In an evaluation: arrows, zoom and comparison, and Escape gives back what was there. */
async function lightboxByKeyboard(page: Page): Promise<void> {
  const first = page.locator(".rs-compared-row").first().getByRole("button");
  await first.first().focus();
  await page.keyboard.press("Enter");
  const box = page.getByRole("dialog");
  await expect(box.getByRole("heading")).toHaveText("a red apple, no negative");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(box.getByRole("heading")).toHaveText("a red apple, learned");
  await page.keyboard.press("ArrowRight");
  await expect(box.getByRole("heading"), "there is none beyond").toHaveText("a red apple, learned");
  await page.keyboard.press("ArrowDown");
  await expect(box.getByRole("heading")).toHaveText("smiling cat face on a blue background, learned");
  const frame = box.locator(".rs-image-frame");
  const before = (await frame.boundingBox())?.width ?? 0;
  expect(before, "64 pixels fill the window, by a whole number").toBeGreaterThanOrEqual(448);
  expect(before % 64).toBe(0);
  await expect(frame).toHaveClass(/rs-is-sharp/);
  await page.keyboard.press("-");
  await expect.poll(async () => (await frame.boundingBox())?.width).toBeCloseTo(before / 1.25, 0);
  await page.keyboard.press("0");
  await page.keyboard.press("c");
  await expect(box.getByRole("img", { name: "smiling cat face on a blue background, no negative" })).toBeVisible();
  await expectAccessible(page, "lightbox");
  await page.keyboard.press("Escape");
  await expect(box).toHaveCount(0);
  await expect(first.first(), "the focus comes back").toBeFocused();
}

/** In the previews: a click opens, the buttons go through steps, the wheel zooms, × closes. */
async function lightboxByMouse(page: Page): Promise<void> {
  await showView(page, "Images");
  await expectAccessible(page, "pictures");
  const slider = page.getByRole("slider", { name: "Step that is shown" });
  await slider.fill("1");
  await expect(page.locator(".rs-preview-shown").getByRole("img", { name: "a red apple, at step 3" })).toBeVisible();
  await page.locator(".rs-preview-grid").getByRole("img", { name: "a red apple, at step 6" }).first().click();
  const box = page.getByRole("dialog");
  await expect(box.getByRole("heading")).toHaveText("a red apple, at step 6");
  await expect(box.getByText(/seed 0, reward \d\.\d{3} \([+−]\d\.\d{3}\)/)).toBeVisible();
  await box.getByRole("button", { name: "Back through steps" }).click();
  await expect(box.getByRole("heading")).toHaveText("a red apple, at step 3");
  await box.getByRole("button", { name: "On through images" }).click();
  await expect(box.getByRole("heading")).toHaveText("smiling cat face on a blue background, at step 3");
  const frame = box.locator(".rs-image-frame");
  const before = (await frame.boundingBox())?.width ?? 0;
  await frame.hover();
  await page.mouse.wheel(0, -100);
  await expect.poll(async () => (await frame.boundingBox())?.width ?? 0).toBeGreaterThan(before);
  await box.locator("header").getByRole("button", { name: "Close" }).click();
  await expect(box).toHaveCount(0);
}

/** One image of a row is a file of its own that tells how it was made, and opens as the workflow again. */
async function savesWithMetadata(page: Page, server: EditorServer): Promise<void> {
  if (server.window !== null) return;
  await page.locator(".rs-preview-grid").getByRole("img", { name: "a red apple, at step 6" }).first().click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save image" }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("a-red-apple-step-6.png");
  const bytes = readFileSync(await saved.path()).toString("latin1");
  expect(bytes).toContain("Title\0a red apple");
  expect(bytes).toMatch(/parameters\0a red apple\nNegative prompt: learned embedding\nSteps: 4, Sampler: ddim/);
  expect(bytes).toContain("reneg-workflow\0");
  await page.keyboard.press("Escape");
  const [run = ""] = readdirSync(join(server.home, "runs")).filter((name) =>
    existsSync(join(server.home, "runs", name, "program.json")),
  );
  const images = readdirSync(join(server.home, "runs", run, "evaluation-evaluate", "images"));
  expect(images).toHaveLength(12);
}

async function charts(page: Page): Promise<void> {
  await showView(page, "Charts");
  const chart = page.getByRole("img", { name: "Rewards by step" });
  await expect(chart).toBeVisible();
  await expect(page.locator(".rs-chart").first()).toContainText("Evaluated ± standard error");
  await expectAccessible(page, "charts");
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.locator(".u-over").boundingBox();
  if (box === null) throw new Error("the chart has no place");
  // Below its upper part the dock may end.
  const y = box.y + 24;
  await page.mouse.move(box.x + box.width - 2, y);
  await expect(page.locator(".rs-chart-hover")).toContainText(/step 6.*Reward, smoothed\s*\d\.\d{4}/s);
  await page.mouse.move(box.x + box.width * 0.3, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, y, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Reset zoom" }).click();
  await expect(page.getByRole("button", { name: "Reset zoom" })).toHaveCount(0);
}

/** Everything that the run's bar has said. */
async function phasesUntilDone(page: Page): Promise<string[]> {
  const told = new Set<string>();
  const bar = page.locator(".rs-run-bar");
  await expect
    .poll(
      async () => {
        told.add(await bar.locator(".rs-job-progress").innerText({ timeout: LEARNS_WITHIN }));
        return bar.locator(".rs-job-state").innerText();
      },
      { timeout: LEARNS_WITHIN, intervals: [60] },
    )
    .toBe("Done");
  return [...told].map((words) => words.trim());
}

async function expectAccessible(page: Page, state: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => ({ id, at: nodes.slice(0, 6).map(({ target }) => target.join(" ")) }));
  expect.soft(found, state).toEqual([]);
}
