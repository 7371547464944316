// Whether a state of the editor looks as it did when somebody last looked at it. Both pictures are compared at a third of their size, where
// antialiasing is gone; where the system has other fonts than the machine that kept the pictures, far more points may differ.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, type Page, type TestInfo } from "@playwright/test";
import sharp, { type Sharp } from "sharp";

const SCALE = 3;
/** Differences of a colour value, of 255, that are not counted. */
const TOLERANCE = 12;
/**
 * The share of points that may differ by more. Measured on the first screen: hiding all ports makes 0.20 %, parameters 0.33 %, wires
 * 0.89 %, titles 0.55 %; another sans-serif font 1.9 %, a serif one 2.9 %; nothing at all 0.00 %.
 */
const SHARE = { sameFonts: 0.0015, otherFonts: 0.04 };
const FONTS = "fonts.txt";

interface Points {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

/**
 * Compares the page with the picture that is kept for its name, softly: the test goes on to the other states.
 * `--update-snapshots` keeps the new ones instead; a missing one is a failure, too.
 */
export async function expectLooksAsBefore(page: Page, screenshot: Buffer, name: string, info: TestInfo): Promise<void> {
  const file = info.snapshotPath(`${name}.webp`);
  const isKept = info.config.updateSnapshots === "all" || info.config.updateSnapshots === "changed";
  const { width } = await sharp(screenshot).metadata();
  const small = sharp(screenshot)
    .resize({ width: Math.round(width / SCALE) })
    .removeAlpha();
  if (isKept) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(info.snapshotPath(FONTS), await fontsOf(page));
    writeFileSync(file, await small.webp({ lossless: true }).toBuffer());
    return;
  }
  expect.soft(existsSync(file), `a picture is kept as ${file}`).toBe(true);
  if (!existsSync(file)) return;
  const [now, before] = [await pointsOf(small), await pointsOf(sharp(readFileSync(file)).removeAlpha())];
  expect.soft([now.width, now.height], `${name}: size`).toEqual([before.width, before.height]);
  const hasSameFonts = (await fontsOf(page)) === readFileSync(info.snapshotPath(FONTS), "utf8");
  const allowed = hasSameFonts ? SHARE.sameFonts : SHARE.otherFonts;
  const share = differingShare(now, before);
  if (share > allowed) await info.attach(`${name}, as it is`, { body: screenshot, contentType: "image/png" });
  expect.soft(share, `${name}: share of points that look otherwise than in ${file}`).toBeLessThanOrEqual(allowed);
}

/** How wide words that never change are drawn: that tells which fonts the system has. */
async function fontsOf(page: Page): Promise<string> {
  const boxes = await Promise.all([".rs-train", "#dock-tab-gallery"].map((words) => page.locator(words).boundingBox()));
  return boxes.map((box) => box?.width.toFixed(2)).join(" ");
}

async function pointsOf(picture: Sharp): Promise<Points> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function differingShare(now: Points, before: Points): number {
  const count = now.width * now.height;
  let differing = 0;
  for (let at = 0; at < 3 * count; at += 3) {
    const distance = Math.max(...[0, 1, 2].map((i) => Math.abs((now.data[at + i] ?? 0) - (before.data[at + i] ?? 0))));
    if (distance > TOLERANCE) differing += 1;
  }
  return differing / count;
}
