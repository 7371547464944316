// What is in a video, read back by mediabunny and, where it is installed, by ffprobe, which knows nothing of how it was written.

import { spawnSync } from "node:child_process";
import { registerMediabunnyServer } from "@mediabunny/server";
import { ALL_FORMATS, FilePathSource, Input, VideoSampleSink } from "mediabunny";
import { z } from "zod";

export interface VideoContent {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly frames: number;
  readonly comment: string;
  readonly description: string;
}

/** The types of WebCodecs that mediabunny names do not know the format yet. */
const AS_RGBX: VideoFrameCopyToOptions & { readonly format: "RGBX" } = { format: "RGBX" };

/** @returns also the frames, as [height, width, RGBX] */
export async function readVideo(file: string): Promise<VideoContent & { readonly pixels: readonly Uint8Array[] }> {
  registerMediabunnyServer({ hardwareContext: null });
  using input = new Input({ source: new FilePathSource(file), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (track === null) throw new Error(`${file} has no video`);
  const pixels: Uint8Array[] = [];
  const ends: number[] = [];
  for await (const sample of new VideoSampleSink(track).samples()) {
    const rgbx = new Uint8Array(sample.allocationSize(AS_RGBX));
    await sample.copyTo(rgbx, AS_RGBX);
    pixels.push(rgbx);
    ends.push(sample.timestamp + sample.duration);
    sample.close();
  }
  const { comment = "", description = "", raw = {} } = await input.getMetadataTags();
  return {
    codec: (await track.getCodec()) ?? "",
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    fps: pixels.length / (ends.at(-1) ?? NaN),
    frames: pixels.length,
    comment,
    // The name that a WebM gives it.
    description: description || z.string().catch("").parse(raw["DESCRIPTION"]),
    pixels,
  };
}

export function hasFfprobe(): boolean {
  return spawnSync("ffprobe", ["-version"]).status === 0;
}

const probed = z.object({
  streams: z.tuple([
    z.object({
      codec_name: z.string(),
      width: z.int(),
      height: z.int(),
      r_frame_rate: z.string().regex(/^\d+\/\d+$/),
      nb_read_frames: z.coerce.number(),
    }),
  ]),
  format: z.object({ tags: z.record(z.string(), z.string()) }),
});

export function probeVideo(file: string): VideoContent {
  const entries = "stream=codec_name,width,height,r_frame_rate,nb_read_frames:format_tags";
  const asked = ["-count_frames", "-show_entries", entries, file];
  const { stdout } = spawnSync("ffprobe", ["-v", "error", "-of", "json", ...asked], { encoding: "utf8" });
  const { streams, format } = probed.parse(JSON.parse(stdout));
  const [{ codec_name: codec, r_frame_rate: rate, nb_read_frames: frames, width, height }] = streams;
  const [over = NaN, under = NaN] = rate.split("/").map(Number);
  // Of a WebM it also tells what a tag belongs to: `MOVIE/COMMENT`.
  const plain = (name: string): string => name.toLowerCase().replace(/^.*\//, "");
  const tags = Object.fromEntries(Object.entries(format.tags).map(([name, text]) => [plain(name), text]));
  const { comment = "", description = "" } = tags;
  return { codec, width, height, fps: over / under, frames, comment, description };
}
