import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Diagnostic } from "../common/diagnostic.ts";
import { refusalOfWork } from "../common/testing/refusal-of.ts";
import {
  fromNetwork,
  readPicture,
  readPictureText,
  resizeNearest,
  toNetwork,
  writePng,
  type Picture,
} from "./picture.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "picture-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Two pixels wide, one high: red and blue. */
const RED_BLUE: Picture = { width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 0, 0, 255) };

async function faultOf(action: () => unknown): Promise<Diagnostic | undefined> {
  return (await refusalOfWork(action))?.diagnostics[0];
}

test("an image becomes bytes: −1 is 0, 0 is 128, 1 is 255, and what lies beyond is clamped", () => {
  const image = Float32Array.of(-1, 1, 0, -7, 2, 0.5); // [3, 1, 2]
  expect(fromNetwork(image, 1, 2)).toEqual({ width: 2, height: 1, data: Uint8Array.of(0, 128, 255, 255, 0, 191) });
});

test("every byte survives the way to the network and back", () => {
  const data = Uint8Array.from({ length: 3 * 16 * 16 }, (_, i) => i % 256);
  const picture = { width: 16, height: 16, data };
  const image = toNetwork(picture);
  expect([Math.min(...image), Math.max(...image)]).toEqual([-1, 1]);
  expect(fromNetwork(image, 16, 16)).toEqual(picture);
});

test("an image with NaN is refused with their number", async () => {
  const fault = await faultOf(() => fromNetwork(Float32Array.of(0, NaN, 0, Infinity, 0, 0), 1, 2));
  expect(fault?.code).toBe("image-not-finite");
  expect(fault?.message).toContain("2 of 6");
});

test("enlarging repeats each pixel", () => {
  const { width, height, data } = resizeNearest(RED_BLUE, 2);
  const row = [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255];
  expect([width, height, ...data]).toEqual([4, 2, ...row, ...row]);
});

test("a written picture reads back the same, with its texts and no file beside it", async () => {
  const file = join(folder, "a.png");
  await writePng(file, RED_BLUE, { parameters: "a red apple", seed: "7" });
  expect(await readPicture(file)).toEqual(RED_BLUE);
  expect(readPictureText(file)).toEqual({ parameters: "a red apple", seed: "7" });
  expect(readdirSync(folder)).toEqual(["a.png"]);
});

test("transparency is dropped, grey and 16-bit pictures become 8-bit RGB", async () => {
  const clear = join(folder, "clear.png");
  const half = sharp(Buffer.from([40, 50, 60, 0, 10, 20, 30, 255]), { raw: { width: 2, height: 1, channels: 4 } });
  await half.png().toFile(clear);
  expect([...(await readPicture(clear)).data]).toEqual([40, 50, 60, 10, 20, 30]);

  const grey = join(folder, "grey.png");
  await sharp(Buffer.from([7, 200]), { raw: { width: 2, height: 1, channels: 1 } })
    .png()
    .toFile(grey);
  expect([...(await readPicture(grey)).data]).toEqual([7, 7, 7, 200, 200, 200]);

  const deep = join(folder, "deep.png");
  const values = new Uint16Array([0, 0x8080, 0xffff]);
  await sharp(values, { raw: { width: 1, height: 1, channels: 3 } })
    .toColourspace("rgb16")
    .png()
    .toFile(deep);
  expect((await sharp(deep).metadata()).depth).toBe("ushort");
  expect([...(await readPicture(deep)).data]).toEqual([0, 128, 255]);
});

test("a picture is turned upright as its EXIF says", async () => {
  const file = join(folder, "turned.webp");
  // Orientation 6: the camera was held so that the first row is the right column.
  await sharp(RED_BLUE.data, { raw: { width: 2, height: 1, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .webp({ lossless: true })
    .toFile(file);
  expect(await readPicture(file)).toEqual({ width: 1, height: 2, data: RED_BLUE.data });
});

test("a missing, foreign, cut or oversized file is refused with the reason", async () => {
  const write = (name: string, content: Uint8Array | string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  expect(await faultOf(() => readPicture(join(folder, "none.png")))).toMatchObject({ code: "file-not-found" });
  expect(await faultOf(() => readPicture(folder))).toMatchObject({ code: "file-not-readable" });
  expect((await faultOf(() => readPicture(write("page.png", "<!doctype html>"))))?.message).toContain("a web page");
  expect(await faultOf(() => readPicture(write("empty.png", "")))).toMatchObject({ code: "image-not-readable" });

  const noise = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * i * 31) % 251);
  await writePng(join(folder, "whole.png"), { width: 64, height: 64, data: noise });
  const whole = readFileSync(join(folder, "whole.png"));
  const cut = write("cut.png", whole.subarray(0, whole.length / 2));
  expect(await faultOf(() => readPicture(cut))).toMatchObject({ code: "image-not-readable", at: { file: cut } });

  const wide = await sharp({ create: { width: 16384, height: 4097, channels: 3, background: "red" } })
    .png({ compressionLevel: 1 })
    .toBuffer();
  expect((await faultOf(() => readPicture(write("wide.png", wide))))?.message).toContain("16384 × 4097");
});
