// Frames into a file: WebP, GIF and PNG, still or animated, by sharp; MP4 and WebM by video-file.ts. What was done is written into it.

import { basename, dirname, extname, join, resolve } from "node:path";
import sharp, { type Sharp } from "sharp";
import { frameName } from "../common/applied-files.ts";
import { refuse } from "../common/diagnostic.ts";
import { isVideoFormat } from "../common/video-file.ts";
import { makeFolder, writeFileAtomically } from "../weights/atomic-write.ts";
import { animatePngs } from "./animated-png.ts";
import { encodePng, writePng, type Picture } from "./picture.ts";
import { addPngText } from "./png-text.ts";
import { openVideoWriter } from "./video-file.ts";

export interface Video {
  readonly frames: readonly Picture[];
  readonly fps: number;
  /** In the form that other programs for Stable Diffusion read. */
  readonly parameters: string;
  /** All settings, as JSON. */
  readonly recipe: string;
}

export type VideoWriter = (file: string, video: Video) => Promise<void>;

const WRITERS: Readonly<Record<string, VideoWriter>> = {
  ".webp": writeWebp,
  ".gif": writeGif,
  ".png": writePngs,
  "": writeFrames,
};

/** Before any work: the name tells the format. @throws Refusal if it tells none, or one that cannot be written here */
export async function videoWriterOf(out: string): Promise<VideoWriter> {
  const ending = extname(out).toLowerCase();
  const format = ending.slice(1);
  if (isVideoFormat(format)) return openVideoWriter(format);
  return (
    WRITERS[ending] ??
    refuse({
      code: "output-format",
      at: { option: "--out" },
      message: `${basename(out)}: nothing is known of the format ${ending}`,
      help: "name a .webp, .gif, .png, .mp4 or .webm, or a folder for single frames",
    })
  );
}

async function writeWebp(file: string, video: Video): Promise<void> {
  const { parameters, recipe } = video;
  const bytes = await stacked(video)
    .withExif({
      IFD0: { ImageDescription: ascii(parameters), Software: "ReNeg Studio" },
      IFD2: { UserComment: asciiJson(recipe) },
    })
    .webp({ quality: 90, ...timing(video) })
    .toBuffer();
  write(file, bytes);
}

/** Other programs for Stable Diffusion read the texts of a PNG. */
async function writePngs(file: string, { frames, fps, parameters, recipe }: Video): Promise<void> {
  const pngs = await Promise.all(frames.map((frame) => encodePng(frame)));
  const [single] = pngs;
  const png = single !== undefined && pngs.length === 1 ? single : animatePngs(pngs, fps);
  write(file, addPngText(png, { parameters, reneg: recipe }));
}

/** Delays are whole hundredths of a second. */
async function writeGif(file: string, video: Video): Promise<void> {
  const bytes = await stacked(video)
    .gif({ keepDuplicateFrames: true, ...timing(video) })
    .toBuffer();
  const comment = gifComment(`${video.parameters}\n${video.recipe}`);
  // The trailer, one byte, ends the file.
  write(file, Buffer.concat([bytes.subarray(0, -1), comment, bytes.subarray(-1)]));
}

/** A comment extension (GIF89a, §24): blocks of at most 255 bytes. */
function gifComment(text: string): Buffer {
  const bytes = Buffer.from(text);
  const blocks = Array.from({ length: Math.ceil(bytes.length / 255) }, (_, i) => {
    const block = bytes.subarray(255 * i, 255 * (i + 1));
    return Buffer.concat([Buffer.from([block.length]), block]);
  });
  return Buffer.concat([Buffer.from([0x21, 0xfe]), ...blocks, Buffer.from([0])]);
}

async function writeFrames(folder: string, { frames, parameters, recipe }: Video): Promise<void> {
  makeFolder(folder);
  for (const [i, frame] of frames.entries()) {
    await writePng(join(folder, frameName(i)), frame, { parameters, reneg: recipe });
  }
}

function stacked({ frames }: Video): Sharp {
  const { width, height } = first(frames);
  const data = Buffer.concat(frames.map((frame) => frame.data));
  return sharp(data, { raw: { width, height: height * frames.length, channels: 3, pageHeight: height } });
}

/** One delay for each frame: a single one would be that of the first. */
function timing({ frames, fps }: Video): { delay: number[]; loop: number } {
  return { delay: frames.map(() => Math.round(1000 / fps)), loop: 0 };
}

function write(file: string, bytes: Uint8Array): void {
  makeFolder(dirname(resolve(file)));
  writeFileAtomically(resolve(file), bytes);
}

/** The same JSON, in letters that EXIF knows. */
function asciiJson(json: string): string {
  return json.replaceAll(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** EXIF knows no other letters in these fields. */
function ascii(text: string): string {
  return text.replaceAll(/[^\n\x20-\x7e]/g, "?");
}

function first(frames: readonly Picture[]): Picture {
  const [frame] = frames;
  if (frame === undefined) throw new Error("a video of no frames");
  return frame;
}
