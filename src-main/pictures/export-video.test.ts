import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import { exportVideo } from "./export-video.ts";
import { readPicture, readPictureText, writePng } from "./picture.ts";

const folder = mkdtempSync(join(tmpdir(), "reneg-video-"));
afterAll(() => rmSync(folder, { recursive: true }));

const COLOURS = [
  [200, 30, 30],
  [30, 200, 30],
  [30, 30, 200],
] as const;
const at = (name: string): string => join(folder, name);
const frameOf = (column: number, frame: number): string => at(`${column}-${frame}.png`);
/** Three frames of 8×4 pixels in each of two columns, every one of its own colour. */
const columns = [0, 1].map((column) => [0, 1, 2].map((frame) => frameOf(column, frame)));
const settings = { columns, fps: 5, scale: 2, parameters: "an apple\nSteps: 4", recipe: '{"seed":7}' };

async function writeFrame(file: string, [r, g, b]: readonly [number, number, number], width = 8): Promise<void> {
  const data = Uint8Array.from({ length: 3 * width * 4 }, (_, i) => [r, g, b][i % 3] ?? 0);
  await writePng(file, { width, height: 4, data });
}

beforeAll(async () => {
  for (const column of [0, 1]) {
    for (const frame of [0, 1, 2]) await writeFrame(frameOf(column, frame), COLOURS[(column + frame) % 3] ?? [0, 0, 0]);
  }
});

test("columns lie side by side with four pixels of white between them, all enlarged, as an animated WebP with its recipe", async () => {
  const result = await exportVideo({ ...settings, out: at("video.webp") });
  expect(result).toEqual({ file: at("video.webp"), frames: 3, width: 40, height: 8 });
  const { width, pageHeight, pages, delay, exif } = await sharp(result.file, { animated: true }).metadata();
  expect({ width, pageHeight, pages, delay }).toEqual({ width: 40, pageHeight: 8, pages: 3, delay: [200, 200, 200] });
  expect(exif?.toString("latin1")).toContain('{"seed":7}');
  expect(exif?.toString("latin1")).toContain("an apple");
});

test("a GIF plays at the same pace and holds the recipe as its comment", async () => {
  const { file } = await exportVideo({ ...settings, out: at("video.gif") });
  const { pages, delay, pageHeight } = await sharp(file, { animated: true }).metadata();
  expect({ pages, delay, pageHeight }).toEqual({ pages: 3, delay: [200, 200, 200], pageHeight: 8 });
  expect(readFileSync(file, "latin1")).toContain('an apple\nSteps: 4\n{"seed":7}');
});

test("an animated PNG holds the texts that other programs read", async () => {
  const { file } = await exportVideo({ ...settings, out: at("video.png") });
  const bytes = readFileSync(file, "latin1");
  expect(bytes.split("fdAT")).toHaveLength(3);
  expect(readPictureText(file)).toEqual({ parameters: settings.parameters, reneg: settings.recipe });
});

test("one frame becomes a PNG of exactly its pixels", async () => {
  const one = columns.map((column) => column.slice(1, 2));
  const { file } = await exportVideo({ ...settings, columns: one, out: at("one.png") });
  const { width, data } = await readPicture(file);
  const pixel = (x: number): number[] => [...data.subarray(3 * x, 3 * x + 3)];
  expect(width).toBe(40);
  expect(pixel(15)).toEqual(COLOURS[1]);
  expect(pixel(16)).toEqual([255, 255, 255]);
  expect(pixel(24)).toEqual(COLOURS[2]);
});

test("all frames go into a folder", async () => {
  const { file, frames } = await exportVideo({ ...settings, scale: 1, out: at("all") });
  expect(frames).toBe(3);
  expect(readdirSync(file)).toEqual(["0001.png", "0002.png", "0003.png"]);
});

test("columns of other lengths or sizes are refused, and nothing is written", async () => {
  const [first = [], second = []] = columns;
  await expectRefused({ ...settings, columns: [first, second.slice(1)], out: at("no.webp") }, "video-lengths");
  await writeFrame(at("wide.png"), COLOURS[0], 9);
  await expectRefused(
    { ...settings, columns: [first, [...second.slice(0, 2), at("wide.png")]], out: at("no.webp") },
    "video-sizes",
  );
  expect(existsSync(at("no.webp"))).toBe(false);
});

async function expectRefused(input: Parameters<typeof exportVideo>[0], code: string): Promise<void> {
  const fault = await exportVideo(input).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(Refusal);
  expect(fault instanceof Refusal && fault.diagnostics[0]?.code).toBe(code);
}
