// Videos as another program sees them: read back by mediabunny, and where it is installed by ffprobe, which knows nothing of how they were written.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { registerMediabunnyServer } from "@mediabunny/server";
import { ALL_FORMATS, FilePathSource, Input, VideoSampleSink } from "mediabunny";
import sharp from "sharp";
import { z } from "zod";

export interface VideoFile {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly seconds: number;
  /** Red, green, blue. */
  readonly frames: readonly Buffer[];
  /** By their names in small letters. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The types of WebCodecs that mediabunny names do not know the format yet. */
const AS_RGBX: VideoFrameCopyToOptions & { readonly format: "RGBX" } = { format: "RGBX" };

export async function readVideo(file: string): Promise<VideoFile> {
  registerMediabunnyServer({ hardwareContext: null });
  using input = new Input({ source: new FilePathSource(file), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (track === null) throw new Error(`${file} has no video`);
  const frames: Buffer[] = [];
  for await (const sample of new VideoSampleSink(track).samples()) {
    const pixels = Buffer.alloc(sample.allocationSize(AS_RGBX));
    await sample.copyTo(pixels, AS_RGBX);
    frames.push(Buffer.from(pixels.filter((_, i) => i % 4 !== 3)));
    sample.close();
  }
  const seconds = await input.computeDuration();
  const { title = "", comment = "", description = "", raw = {} } = await input.getMetadataTags();
  const codec = (await track.getCodec()) ?? "";
  return {
    codec: codec === "avc" ? "h264" : codec,
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    fps: frames.length / seconds,
    seconds,
    frames,
    tags: { title, comment, description: description || z.string().catch("").parse(raw["DESCRIPTION"]) },
  };
}

const probed = z.object({
  streams: z.tuple([
    z.object({
      codec_name: z.string(),
      width: z.int(),
      height: z.int(),
      avg_frame_rate: z.string().regex(/^\d+\/\d+$/),
      nb_read_frames: z.coerce.number(),
    }),
  ]),
  format: z.object({ tags: z.record(z.string(), z.string()).default({}) }),
});

/** @returns null where ffprobe is not installed; frames are counted */
export function probeVideo(file: string): (Omit<VideoFile, "seconds" | "frames"> & { readonly frames: number }) | null {
  const shown = "stream=codec_name,width,height,avg_frame_rate,nb_read_frames:format_tags";
  const asked = ["-v", "error", "-count_frames", "-show_entries", shown, "-of", "json", file];
  const { error, status, stdout, stderr } = spawnSync("ffprobe", asked, { encoding: "utf8" });
  if (error !== undefined) return null;
  if (status !== 0) throw new Error(`ffprobe cannot read the video: ${stderr}`);
  const { streams, format } = probed.parse(JSON.parse(stdout));
  const [{ codec_name: codec, width, height, avg_frame_rate: rate, nb_read_frames: frames }] = streams;
  const [over = NaN, under = NaN] = rate.split("/").map(Number);
  const tags = Object.fromEntries(Object.entries(format.tags).map(([name, text]) => [plain(name), text]));
  return { codec, width, height, fps: over / under, frames, tags };
}

/** Without what a format puts before it. */
function plain(name: string): string {
  return name.toLowerCase().replace(/^.*\//, "");
}

const SIGNATURE_BYTES = 8;

/** By the specification of PNG (third edition, §11): every frame as a PNG of its own. */
export async function readAnimatedPng(file: string): Promise<Omit<VideoFile, "codec" | "tags">> {
  const chunks = chunksOf(readFileSync(file));
  const header = dataOf(chunks, "IHDR");
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const control = chunks.filter(({ type }) => type === "fcTL").map(({ data }) => data);
  const seconds = control.reduce((sum, data) => sum + data.readUInt16BE(20) / data.readUInt16BE(22), 0);
  const pictures: Buffer[][] = [];
  for (const { type, data } of chunks) {
    if (type === "fcTL") pictures.push([]);
    if (type === "IDAT") pictures.at(-1)?.push(data);
    // A sequence number precedes the data.
    if (type === "fdAT") pictures.at(-1)?.push(data.subarray(4));
  }
  const frames = pictures.map((parts) => {
    const png = [signature, chunkOf("IHDR", header), ...parts.map((part) => chunkOf("IDAT", part)), chunkOf("IEND")];
    return sharp(Buffer.concat(png)).removeAlpha().raw().toBuffer();
  });
  return { width, height, seconds, fps: control.length / seconds, frames: await Promise.all(frames) };
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at < png.length;) {
    const end = at + 8 + png.readUInt32BE(at);
    chunks.push({ type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

function dataOf(chunks: readonly Chunk[], wanted: string): Buffer {
  const found = chunks.find(({ type }) => type === wanted);
  if (found === undefined) throw new Error(`the picture has no chunk ${wanted}`);
  return found.data;
}

function chunkOf(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
