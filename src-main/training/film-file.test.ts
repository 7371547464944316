import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { filmWriterOf } from "./film-file.ts";
import type { Picture } from "./picture.ts";

const folder = mkdtempSync(join(tmpdir(), "film-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Where they are not installed, the refusal is tested beside the command. */
const hasFfmpeg = ["ffmpeg", "ffprobe"].every((name) => spawnSync(name, ["-version"]).status === 0);

const frames = Array.from({ length: 5 }, (_, i): Picture => ({
  width: 21,
  height: 16,
  data: new Uint8Array(3 * 21 * 16).fill(40 * i),
}));

test.runIf(hasFfmpeg).each([
  [".mp4", "h264"],
  [".webm", "vp9"],
])("a film %s has its frames, its frames a second and its settings, and an even side", async (ending, codec) => {
  const file = join(folder, `film${ending}`);
  await filmWriterOf(file)(file, { frames, fps: 10, parameters: "a dog runs\nSteps: 2", recipe: "{}" });
  const entries = "stream=codec_name,width,height,r_frame_rate,nb_read_frames:format_tags";
  const asked = ["-v", "error", "-count_frames", "-show_entries", entries, "-of", "json", file];
  const probed = spawnSync("ffprobe", asked, { encoding: "utf8" }).stdout;
  expect(JSON.parse(probed)).toMatchObject({
    streams: [{ codec_name: codec, width: 22, height: 16, r_frame_rate: "10/1", nb_read_frames: "5" }],
  });
  expect(probed).toMatch(/a dog runs\\nSteps: 2/);
});
