import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { filmWriterOf } from "./film-file.ts";
import type { Picture } from "./picture.ts";

const probed = z.object({
  streams: z.array(
    z.object({
      codec_name: z.string(),
      width: z.int(),
      height: z.int(),
      r_frame_rate: z.string(),
      nb_read_frames: z.string(),
    }),
  ),
  format: z.object({ tags: z.record(z.string(), z.string()) }),
});

const folder = mkdtempSync(join(tmpdir(), "film-"));
afterAll(() => rmSync(folder, { recursive: true }));

const frames = Array.from({ length: 5 }, (_, i): Picture => ({
  width: 21,
  height: 16,
  data: new Uint8Array(3 * 21 * 16).fill(40 * i),
}));

const film = { frames, fps: 10, parameters: "a dog runs\nSteps: 2", recipe: '{"prompt":"ein Hündchen, 犬"}' };

test.each([
  [".mp4", "h264"],
  [".webm", "vp9"],
])(
  "a film %s has its frames, its frames a second, its settings and its recipe, and an even side",
  async (ending, codec) => {
    const file = join(folder, `film${ending}`);
    await filmWriterOf(file)(file, film);
    const entries = "stream=codec_name,width,height,r_frame_rate,nb_read_frames:format_tags";
    const { streams, format } = probe("-count_frames", "-show_entries", entries, file);
    expect(streams).toEqual([{ codec_name: codec, width: 22, height: 16, r_frame_rate: "10/1", nb_read_frames: "5" }]);
    const tags = Object.fromEntries(Object.entries(format.tags).map(([name, text]) => [name.toLowerCase(), text]));
    expect(tags).toMatchObject({ comment: film.parameters, description: film.recipe });
  },
);

test("an animated WebP holds the recipe letter by letter, though EXIF knows only those of English", async () => {
  const file = join(folder, "film.webp");
  await filmWriterOf(file)(file, film);
  const json = /\{.*\}/.exec(readFileSync(file, "latin1"))?.[0] ?? "";
  expect(json).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(json)).toEqual(JSON.parse(film.recipe));
});

/** What another program sees. Without it nothing would be shown, so that it is not left out. */
function probe(...asked: readonly string[]) {
  const { error, stdout } = spawnSync("ffprobe", ["-v", "error", "-of", "json", ...asked], { encoding: "utf8" });
  if (error !== undefined) throw new Error("ffprobe is missing: install ffmpeg, which writes and reads MP4 and WebM");
  return probed.parse(JSON.parse(stdout));
}
