import { expect, test } from "vitest";
import { frameStrip, framesOfStrip, stripRows } from "./frame-strip.ts";
import { fromNetwork } from "./picture.ts";

const [BATCH, FRAMES, HEIGHT, WIDTH] = [2, 3, 2, 4];
const area = 3 * HEIGHT * WIDTH;
const images = Float32Array.from({ length: BATCH * FRAMES * area }, (_, i) => ((i * 7) % 200) / 100 - 1);
const frames = Array.from({ length: BATCH * FRAMES }, (_, i) =>
  fromNetwork(images.subarray(i * area, (i + 1) * area), HEIGHT, WIDTH),
);

test("a strip is cut into the frames that it was made of", () => {
  const strip = frameStrip(frames.slice(0, FRAMES));
  expect([strip.width, strip.height]).toEqual([WIDTH, FRAMES * HEIGHT]);
  expect(framesOfStrip(strip, FRAMES)).toEqual(frames.slice(0, FRAMES));
});

test("an image is its own strip", () => {
  expect(frameStrip(frames.slice(0, 1))).toBe(frames[0]);
});

test("what networks give of frames is that of strips in another order", () => {
  const strips = stripRows(images, BATCH, FRAMES);
  const length = FRAMES * area;
  for (let i = 0; i < BATCH; i++) {
    const picture = fromNetwork(strips.subarray(i * length, (i + 1) * length), FRAMES * HEIGHT, WIDTH);
    expect(picture).toEqual(frameStrip(frames.slice(i * FRAMES, (i + 1) * FRAMES)));
  }
});
