// Films as another program sees them: ffprobe tells what is inside, ffmpeg decodes the frames.

import { spawnSync } from "node:child_process";
import { z } from "zod";

export interface FilmFile {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** `undefined` where the format does not tell. */
  readonly seconds: number | undefined;
  /** Red, green, blue. */
  readonly frames: readonly Buffer[];
  /** By their names in small letters, without what a format puts before them. */
  readonly tags: Readonly<Record<string, string>>;
}

const probed = z.object({
  streams: z.tuple([
    z.object({
      codec_name: z.string(),
      width: z.int(),
      height: z.int(),
      avg_frame_rate: z.string().regex(/^\d+\/\d+$/),
    }),
  ]),
  format: z.object({ duration: z.coerce.number().optional(), tags: z.record(z.string(), z.string()).default({}) }),
});

export function readFilm(file: string): FilmFile {
  const shown = "stream=codec_name,width,height,avg_frame_rate:format=duration:format_tags";
  const { streams, format } = probed.parse(
    JSON.parse(run("ffprobe", "-show_entries", shown, "-of", "json", file).toString()),
  );
  const [{ codec_name: codec, width, height, avg_frame_rate: rate }] = streams;
  const pixels = run("ffmpeg", "-i", file, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-");
  const length = 3 * width * height;
  const [over = NaN, under = NaN] = rate.split("/").map(Number);
  return {
    codec,
    width,
    height,
    fps: over / under,
    seconds: format.duration,
    frames: Array.from({ length: pixels.length / length }, (_, i) => pixels.subarray(i * length, (i + 1) * length)),
    tags: Object.fromEntries(Object.entries(format.tags).map(([name, text]) => [plain(name), text])),
  };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/^.*\//, "");
}

function run(program: string, ...args: readonly string[]): Buffer {
  const { error, status, stdout, stderr } = spawnSync(program, ["-v", "error", ...args], { maxBuffer: 2 ** 28 });
  if (error !== undefined) throw new Error(`${program} is missing: install ffmpeg, which these tests read films with`);
  if (status !== 0) throw new Error(`${program} cannot read the film: ${stderr.toString()}`);
  return stdout;
}
