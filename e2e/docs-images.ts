// What README and docs show, as one sees it: the editor after its first workflow, and the images that the demo has drawn.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import sharp from "sharp";
import { reneg } from "./command-line.ts";
import { test } from "./editor-app.ts";
import { showView, trainToEnd } from "./shown-run.ts";

const IMAGES = join(import.meta.dirname, "../docs/images");
const TRAINS_WITHIN = 10 * 60_000;

test("the editor, when its first workflow has been trained", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await trainToEnd(page, 1, TRAINS_WITHIN);
  await showView(page, "Results");
  await expect(page.getByRole("region", { name: "What happened" })).toBeVisible();
  await page.mouse.move(0, 0);
  await keep(await page.screenshot({ animations: "disabled" }), "editor");
});

test("the demo's images, with no negative, a handwritten and the learned one", async () => {
  const demo = await reneg("demo", "--out", "demo");
  expect(demo.code, demo.stderr).toBe(0);
  await keep(readFileSync(test.info().outputPath("demo", "before-after.png")), "demo");
});

async function keep(image: Buffer, name: string): Promise<void> {
  await sharp(image)
    .webp({ quality: 88 })
    .toFile(join(IMAGES, `${name}.webp`));
}
