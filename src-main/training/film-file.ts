// Frames into a file: WebP, GIF and PNG, still or animated, by sharp; MP4 and WebM by the system's ffmpeg. What was done is written into it.

import { spawn, spawnSync } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import sharp, { type Sharp } from "sharp";
import { frameName } from "../common/applied-files.ts";
import { refuse } from "../common/diagnostic.ts";
import { makeFolder, writeFileAtomically } from "../weights/atomic-write.ts";
import { animatePngs } from "./animated-png.ts";
import { encodePng, writePng, type Picture } from "./picture.ts";
import { addPngText } from "./png-text.ts";

export interface Film {
  readonly frames: readonly Picture[];
  readonly fps: number;
  /** In the form that other programs for Stable Diffusion read. */
  readonly parameters: string;
  /** All settings, as JSON. */
  readonly recipe: string;
}

export type FilmWriter = (file: string, film: Film) => Promise<void>;

const WRITERS: Readonly<Record<string, FilmWriter>> = {
  ".webp": writeWebp,
  ".gif": writeGif,
  ".png": writePngs,
  ".mp4": (file, film) => encode(file, film, ["-c:v", "libx264", "-crf", "10", "-movflags", "+faststart"]),
  ".webm": (file, film) => encode(file, film, ["-c:v", "libvpx-vp9", "-crf", "18", "-b:v", "0"]),
  "": writeFrames,
};
const BY_FFMPEG = new Set([".mp4", ".webm"]);

/** Before any work: the name tells the format. @throws Refusal if it tells none, or one that cannot be written here */
export function filmWriterOf(out: string): FilmWriter {
  const ending = extname(out).toLowerCase();
  const writer = WRITERS[ending];
  if (writer === undefined) {
    return refuse({
      code: "output-format",
      at: { option: "--out" },
      message: `${basename(out)}: nothing is known of the format ${ending}`,
      help: "name a .webp, .gif, .png, .mp4 or .webm, or a folder for single frames",
    });
  }
  if (BY_FFMPEG.has(ending) && spawnSync("ffmpeg", ["-version"]).status !== 0) {
    refuse({
      code: "ffmpeg-missing",
      at: { option: "--out" },
      message: `${ending} is written by ffmpeg, which is not installed on this machine`,
      help: "name a .webp, which needs nothing and plays in every browser; or install ffmpeg",
    });
  }
  return writer;
}

async function writeWebp(file: string, film: Film): Promise<void> {
  const { parameters, recipe } = film;
  const bytes = await stacked(film)
    .withExif({
      IFD0: { ImageDescription: ascii(parameters), Software: "ReNeg Studio" },
      IFD2: { UserComment: asciiJson(recipe) },
    })
    .webp({ quality: 90, ...timing(film) })
    .toBuffer();
  write(file, bytes);
}

/** Other programs for Stable Diffusion read the texts of a PNG. */
async function writePngs(file: string, { frames, fps, parameters, recipe }: Film): Promise<void> {
  const pngs = await Promise.all(frames.map((frame) => encodePng(frame)));
  const [single] = pngs;
  const png = single !== undefined && pngs.length === 1 ? single : animatePngs(pngs, fps);
  write(file, addPngText(png, { parameters, reneg: recipe }));
}

/** Delays are whole hundredths of a second. */
async function writeGif(file: string, film: Film): Promise<void> {
  const bytes = await stacked(film)
    .gif({ keepDuplicateFrames: true, ...timing(film) })
    .toBuffer();
  const comment = gifComment(`${film.parameters}\n${film.recipe}`);
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

async function writeFrames(folder: string, { frames, parameters, recipe }: Film): Promise<void> {
  makeFolder(folder);
  for (const [i, frame] of frames.entries()) {
    await writePng(join(folder, frameName(i)), frame, { parameters, reneg: recipe });
  }
}

function stacked({ frames }: Film): Sharp {
  const { width, height } = first(frames);
  const data = Buffer.concat(frames.map((frame) => frame.data));
  return sharp(data, { raw: { width, height: height * frames.length, channels: 3, pageHeight: height } });
}

/** One delay for each frame: a single one would be that of the first. */
function timing({ frames, fps }: Film): { delay: number[]; loop: number } {
  return { delay: frames.map(() => Math.round(1000 / fps)), loop: 0 };
}

async function encode(
  file: string,
  { frames, fps, parameters, recipe }: Film,
  codec: readonly string[],
): Promise<void> {
  const { width, height } = first(frames);
  const path = resolve(file);
  makeFolder(dirname(path));
  const partial = join(dirname(path), `.${basename(path, extname(path))}.partial${extname(path)}`);
  const input = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${width}x${height}`, "-r", String(fps), "-i", "-"];
  // The codecs halve the size of the colours: an odd side gets one more pixel.
  const output = ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p"];
  const tags = ["-metadata", `comment=${parameters}`, "-metadata", `description=${recipe}`];
  const child = spawn("ffmpeg", ["-v", "error", "-y", ...input, ...output, ...tags, ...codec, partial]);
  const errors: Buffer[] = [];
  child.stderr.on("data", (part: Buffer) => errors.push(part));
  const closed = new Promise<number | null>((done, fail) => child.on("close", done).on("error", fail));
  // A closed pipe is told by the exit code.
  child.stdin.on("error", () => undefined).end(Buffer.concat(frames.map((frame) => frame.data)));
  const code = await closed;
  if (code === 0) return renameSync(partial, path);
  rmSync(partial, { force: true });
  refuse({
    code: "ffmpeg-failed",
    at: { file },
    message: `ffmpeg could not write the file: ${Buffer.concat(errors).toString().trim().split("\n").at(-1) ?? ""}`,
    help: "name a .webp, which needs no ffmpeg",
  });
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
  if (frame === undefined) throw new Error("a film of no frames");
  return frame;
}
