// What a run has learned, looked into and taken elsewhere: strengths, nearest words and contributions, and a textual inversion that is
// downloaded, and loaded in another workflow.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";
import {
  nodeOf,
  openWorkflow,
  readWorkflowFile,
  removeNodes,
  setParams,
  showPanel,
  test,
  writeSmallWorkflow,
  writeWorkflow,
} from "./editor-app.ts";
import { readShapes } from "./safetensors.ts";
import { showView, trainToEnd } from "./shown-run.ts";
import { aimAtPort, dragTo } from "./wires-and-ports.ts";

const LEARNS_WITHIN = 240_000;

test("a negative embedding is looked into: along strengths, by its nearest words, and token by token", async ({
  page,
  server,
}) => {
  test.setTimeout(2 * LEARNS_WITHIN);
  writeSmallWorkflow(server, "tiny negative", 2);
  await openWorkflow(page, "tiny negative");
  await trainToEnd(page, 1);
  await showView(page, "Learned");

  const strength = await answered(page, "Strength", "Draw the strengths");
  const slider = strength.getByRole("slider", { name: "Strength" });
  await expect(slider).toHaveAttribute("aria-valuetext", "1.00, learned");
  await expect(strength.getByRole("img")).toHaveCount(4);
  const image = readFileSync(
    join(server.home, "runs", "tiny-negative", "strengths", "strength-1.000-001.png"),
    "latin1",
  );
  const [drawn] = /Steps: .*?, CFG scale: [\d.]+/.exec(image) ?? [];
  expect(drawn, "as the run's previews").toBe("Steps: 6, Sampler: ddim, CFG scale: 7.5");
  const learned = await strength.getByRole("img").first().getAttribute("src");
  const rewards = strength.getByText(/^preference /);
  const reward = await rewards.textContent();
  await slider.press("Home");
  await expect(slider).toHaveAttribute("aria-valuetext", "0.00, the start");
  await expect(strength.getByRole("img")).toHaveCount(4);
  expect(await strength.getByRole("img").first().getAttribute("src")).not.toBe(learned);
  expect(await rewards.textContent()).not.toBe(reward);

  const nearest = await answered(page, "Nearest words", "Find the nearest words");
  await expect(nearest).toContainText("states behind the text encoder");
  await expect(nearest.getByRole("row")).toHaveCount(1 + 12);
  await expect(nearest.getByRole("row").nth(1)).toContainText(/\d+ %/);

  const parts = await answered(page, "What each token contributes", "Measure the contributions");
  await expect(parts).toContainText(/preference over 8 images: .* from the start, .* learned/);
  await expect(parts.getByRole("listitem")).toHaveCount(11);
  await expect(parts.getByRole("listitem").filter({ hasText: "Tokens 0 – 6" })).toContainText(/95 % .* … /);
  const { violations } = await new AxeBuilder({ page }).include(".rs-run-panel").analyze();
  expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
});

test("a textual inversion is told word by word, is downloaded, and is loaded in another workflow that learns on from it", async ({
  page,
  server,
}) => {
  test.setTimeout(2 * LEARNS_WITHIN);
  const words = readWorkflowFile(join(import.meta.dirname, "../resources/workflows/emoji-token.reneg.json"));
  removeNodes(words, ["compare", "evaluate"]);
  setParams(words, {
    sampler: { steps: 4, lastSteps: 1, gradient: "one late step" },
    optimizer: { steps: 2, batch: 2, microBatch: 2 },
    preview: { every: 2, count: 1 },
  });
  writeWorkflow(server, "tiny words", words);
  await openWorkflow(page, "tiny words");
  await trainToEnd(page, 1);

  await showView(page, "Learned");
  const nearest = await answered(page, "Nearest words", "Find the nearest words");
  await expect(nearest).toContainText("Word vectors, compared with");
  await expect(nearest.getByRole("row")).toHaveCount(1 + 4);
  const parts = await answered(page, "What each token contributes", "Measure the contributions");
  await expect(parts.getByRole("listitem")).toHaveCount(4);
  for (const token of [0, 1, 2, 3]) await expect(parts.getByText(`Token ${token}`, { exact: true })).toBeVisible();

  writeSmallWorkflow(server, "other", 2);
  await openWorkflow(page, "other");
  await showPanel(page, "Gallery");
  if (server.window === null) {
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download what was learned" }).last().click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe("negative.safetensors");
    expect(readShapes(await saved.path())).toEqual({ "<negative>": [4, 128] });
  }
  await page.getByRole("button", { name: "Load in workflow" }).first().click();
  const load = nodeOf(page, "load");
  await expect(load).toContainText("negative.safetensors");
  await page.keyboard.press("Escape");
  await connect(page, ["pipeline", "encoder"], ["load", "encoder"]);
  await connect(page, ["load", "embedding"], ["negative", "start"]);
  await expect(page.getByText("No problems")).toBeVisible();
  await trainToEnd(page, 2);
});

async function connect(
  page: Page,
  [source, output]: readonly [string, string],
  [target, input]: readonly [string, string],
): Promise<void> {
  const from = await aimAtPort(page, source, "output", output);
  await dragTo(page, from, await aimAtPort(page, target, "input", input));
}

/** @returns the part, when what it was asked is answered */
async function answered(page: Page, title: string, action: string): Promise<Locator> {
  const part = page.getByRole("region", { name: title, exact: true });
  await part.getByRole("button", { name: action }).click();
  await expect(part.getByRole("button", { name: "Cancel" })).toBeVisible();
  await expect(part.getByRole("button", { name: action })).toBeVisible({ timeout: LEARNS_WITHIN });
  return part;
}
