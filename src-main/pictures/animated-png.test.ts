import { crc32 } from "node:zlib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { animatePngs } from "./animated-png.ts";
import { addPngText, readPngText } from "./png-text.ts";

const [WIDTH, HEIGHT] = [5, 3];
const pixelsOf = (frame: number): Uint8Array =>
  Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, i) => (37 * i + 91 * frame) % 256);
const encode = (frame: number, width = WIDTH): Promise<Buffer> =>
  sharp(pixelsOf(frame).subarray(0, 3 * width * HEIGHT), { raw: { width, height: HEIGHT, channels: 3 } })
    .png()
    .toBuffer();

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** Read by the specification, with every checksum looked at. */
function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const typed = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(typed));
    chunks.push({ type: typed.toString("latin1", 0, 4), data: typed.subarray(4) });
    at += 12 + length;
  }
  return chunks;
}

test("every frame keeps its pixels, and the first is what programs see that know only single pictures", async () => {
  const pngs = await Promise.all([0, 1, 2].map((frame) => encode(frame)));
  const video = Buffer.from(animatePngs(pngs, 8));
  const chunks = chunksOf(video);
  expect(chunks.map(({ type }) => type)).toEqual([
    "IHDR",
    "acTL",
    "fcTL",
    "IDAT",
    "fcTL",
    "fdAT",
    "fcTL",
    "fdAT",
    "IEND",
  ]);
  expect(await sharp(video).raw().toBuffer()).toEqual(Buffer.from(pixelsOf(0)));
  const later = chunks.filter(({ type }) => type === "fdAT");
  for (const [i, { data }] of later.entries()) {
    // As a picture of its own: header and end of the animation around the data of the frame.
    const alone = animatePngs([video], 8);
    const single = Buffer.concat([Buffer.from(alone).subarray(0, 33), chunkOf("IDAT", data.subarray(4)), end]);
    expect(await sharp(single).raw().toBuffer()).toEqual(Buffer.from(pixelsOf(i + 1)));
  }
});

test("frames are numbered in one sequence, each is shown for its share of a second, and it repeats for ever", async () => {
  const pngs = await Promise.all([0, 1].map((frame) => encode(frame)));
  const chunks = chunksOf(Buffer.from(animatePngs(pngs, 12.5)));
  const animation = chunks.find(({ type }) => type === "acTL")?.data;
  expect([animation?.readUInt32BE(0), animation?.readUInt32BE(4)]).toEqual([2, 0]);
  const numbered = chunks.filter(({ type }) => type === "fcTL" || type === "fdAT");
  expect(numbered.map(({ data }) => data.readUInt32BE(0))).toEqual([0, 1, 2]);
  for (const { data } of chunks.filter(({ type }) => type === "fcTL")) {
    expect([data.readUInt32BE(4), data.readUInt32BE(8)]).toEqual([WIDTH, HEIGHT]);
    expect(data.readUInt16BE(20) / data.readUInt16BE(22)).toBeCloseTo(1 / 12.5, 6);
  }
});

test("texts can be added to it as to any PNG", async () => {
  const video = animatePngs([await encode(0), await encode(1)], 8);
  expect(readPngText(addPngText(video, { parameters: "an apple" }), "video.png")).toEqual({ parameters: "an apple" });
});

test("frames of several sizes make no animation", async () => {
  const pngs = [await encode(0), await encode(1, WIDTH - 1)];
  expect(() => animatePngs(pngs, 8)).toThrow("one size");
});

const end = chunkOf("IEND", Buffer.alloc(0));

function chunkOf(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.length, 0);
  numbers.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([numbers.subarray(0, 4), typed, numbers.subarray(4)]);
}
