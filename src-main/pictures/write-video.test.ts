import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Picture } from "./picture.ts";
import { hasFfprobe, probeVideo, readVideo } from "./testing/read-video.ts";
import { videoWriterOf } from "./write-video.ts";

const folder = mkdtempSync(join(tmpdir(), "video-"));
afterAll(() => rmSync(folder, { recursive: true }));

const [WIDTH, HEIGHT] = [21, 16];
const REDS = [0, 60, 120, 180, 240];
const frames = REDS.map((red): Picture => ({
  width: WIDTH,
  height: HEIGHT,
  data: Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, i) => [red, 128, 255 - red][i % 3] ?? 0),
}));

const video = { frames, fps: 10, parameters: "a dog runs\nSteps: 2", recipe: '{"prompt":"ein Hündchen, 犬"}' };

const content = {
  width: 22,
  height: 16,
  fps: 10,
  frames: REDS.length,
  comment: video.parameters,
  description: video.recipe,
};

/** Of 255, in the middle of a plain area. */
const LOST_BY_CODEC = 6;

test.each([
  [".mp4", { own: "avc", usual: "h264" }],
  [".webm", { own: "vp9", usual: "vp9" }],
])(
  "a video %s has its frames, their colours, its frames a second, its settings and its recipe, and an even side",
  async (ending, codec) => {
    const file = join(folder, `video${ending}`);
    await (
      await videoWriterOf(file)
    )(file, video);
    const { pixels, ...found } = await readVideo(file);
    expect(found).toEqual({ codec: codec.own, ...content });
    const middle = 4 * ((HEIGHT / 2) * content.width + 10);
    for (const [i, red] of REDS.entries()) {
      for (const [channel, value] of [red, 128, 255 - red].entries()) {
        expect(Math.abs((pixels[i]?.[middle + channel] ?? NaN) - value)).toBeLessThanOrEqual(LOST_BY_CODEC);
      }
    }
  },
);

test.for([
  [".mp4", "h264"],
  [".webm", "vp9"],
] as const)(
  "ffprobe, which knows nothing of how a video %s was written, finds the same in it",
  async ([ending, codec], { skip }) => {
    skip(!hasFfprobe(), "ffprobe is not installed: it comes with ffmpeg");
    const file = join(folder, `probed${ending}`);
    await (
      await videoWriterOf(file)
    )(file, video);
    expect(probeVideo(file)).toEqual({ codec, ...content });
  },
);

test("an animated WebP holds the recipe letter by letter, though EXIF knows only those of English", async () => {
  const file = join(folder, "video.webp");
  await (
    await videoWriterOf(file)
  )(file, video);
  const json = /\{.*\}/.exec(readFileSync(file, "latin1"))?.[0] ?? "";
  expect(json).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(json)).toEqual(JSON.parse(video.recipe));
});
