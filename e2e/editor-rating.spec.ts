// A reward of one's own, from clicks to its use: twenty pairs of a run's images are rated, a reward is trained from them, and a run learns from it.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator } from "@playwright/test";
import {
  firstWorkflow,
  openWorkflow,
  setParams,
  tabOf,
  test,
  writeSmallWorkflow,
  writeWorkflow,
} from "./editor-app.ts";
import { showView, trainToEnd } from "./shown-run.ts";

const LEARNS_WITHIN = 240_000;
const RATED = 20;

test("twenty pairs are rated by keys, a reward is trained from them, and a run learns from that reward", async ({
  page,
  server,
}) => {
  test.setTimeout(3 * LEARNS_WITHIN);
  const drawn = firstWorkflow();
  setParams(drawn, {
    sampler: { steps: 2, lastSteps: 1, gradient: "one late step" },
    optimizer: { steps: 2, batch: 2, microBatch: 2 },
    preview: { every: 1, count: 4 },
    compare: { first: 4 },
    evaluate: { first: 4 },
  });
  writeWorkflow(server, "drawn", drawn);
  await openWorkflow(page, "drawn");
  await trainToEnd(page, 1);

  await page.getByRole("button", { name: "Rate images" }).first().click();
  const rating = page.getByRole("dialog", { name: "Which image is better?" });
  const count = rating.getByRole("status");
  await expect(rating.getByRole("button", { name: "The left image is better" })).toBeVisible();
  expect((await new AxeBuilder({ page }).include("dialog[open]").analyze()).violations).toEqual([]);
  await expect(rating.getByRole("button", { name: "Train a reward from these" })).toBeDisabled();
  const undo = rating.getByRole("button", { name: "Undo" });
  await expect(undo, "nothing was said yet").toBeDisabled();
  const images = rating.locator(".rs-rated-image img");
  const shown = await sources(images);
  expect(new Set(shown).size, "the first two are of different steps or negatives").toBe(2);
  await rating.getByRole("button", { name: "Skip" }).click();
  await expect.poll(() => sources(images)).not.toEqual(shown);
  await undo.click();
  await expect.poll(() => sources(images), "what was skipped comes back").toEqual(shown);
  await expect(undo).toBeDisabled();
  for (let i = 1; i <= RATED; i++) {
    await page.keyboard.press(i % 7 === 0 ? "ArrowDown" : i % 2 === 0 ? "ArrowLeft" : "ArrowRight");
    await expect(count).toContainText(`${i} pair`);
  }
  await page.keyboard.press("Backspace");
  await expect(count).toContainText(`${RATED - 1} pairs`);
  await page.keyboard.press("ArrowLeft");
  await expect(count).toContainText(`${RATED} pairs`);

  const folder = join(server.home, "ratings");
  const rows = readFileSync(join(folder, "pairs.jsonl"), "utf8").trim().split("\n");
  expect(rows).toHaveLength(RATED);
  for (const line of rows) {
    const row = JSON.parse(line) as { readonly better: string; readonly worse: string };
    expect([row.better, row.worse].every((name) => existsSync(join(folder, name)))).toBe(true);
  }

  await rating.getByRole("button", { name: "Train a reward from these" }).click();
  await expect(tabOf(page, "My reward")).toHaveAttribute("aria-current", "page");
  await trainToEnd(page, 2);
  const reward = join(server.home, "runs", "my-reward", "reward.safetensors");
  expect(existsSync(reward)).toBe(true);
  await showView(page, "Learned");
  await expect(page.getByText(/^Held-back accuracy: .* \(95 % .*\) of \d+ held-back pairs?\.$/)).toBeVisible();

  const used = writeSmallWorkflow(server, "used", 2);
  const text = readFileSync(used, "utf8").replaceAll("emoji:rewards/preference", reward.replaceAll("\\", "\\\\"));
  writeWorkflow(server, "used", JSON.parse(text) as Parameters<typeof writeWorkflow>[2]);
  await openWorkflow(page, "used");
  await trainToEnd(page, 3);
});

function sources(images: Locator): Promise<(string | null)[]> {
  return images.all().then((all) => Promise.all(all.map((image) => image.getAttribute("src"))));
}
