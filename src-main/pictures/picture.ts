// Pictures of 8 bits a channel: to and from what the networks work on, and to and from files.

import sharp from "sharp";
import { agreeing, counted } from "../common/counted.ts";
import { Refusal, refuse } from "../common/diagnostic.ts";
import { elementAt } from "../diffusion/element-at.ts";
import { writeFileAtomically } from "../weights/atomic-write.ts";
import { readRange, withOpenFile } from "../weights/byte-range.ts";
import { recogniseForeignFile } from "../weights/foreign-file.ts";
import { addPngText, readPngText, type PngText } from "./png-text.ts";

export interface Picture {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of each pixel, row by row from the top left. */
  readonly data: Uint8Array;
}

/** Largest picture that is read: 8192 × 8192 pixels, 192 MB in memory. */
const MAX_PIXELS = 2 ** 26;
const MAX_FILE_BYTES = 2 ** 28;

/**
 * A picture from an image `[3, height, width]` in −1…1; values beyond are clamped.
 * An image with NaN or infinity is refused.
 */
export function fromNetwork(image: Float32Array, height: number, width: number): Picture {
  const area = height * width;
  if (image.length !== 3 * area)
    throw new Error(`${image.length} numbers do not fill an image [3, ${height}, ${width}]`);
  const data = new Uint8Array(3 * area);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = elementAt(image, channel * area + pixel);
      if (!Number.isFinite(value)) refuseNotFinite(image);
      data[3 * pixel + channel] = Math.round((Math.min(1, Math.max(-1, value)) + 1) * 127.5);
    }
  }
  return { width, height, data };
}

/** The image `[3, height, width]` in −1…1 of a picture. */
export function toNetwork({ width, height, data }: Picture): Float32Array {
  const area = height * width;
  return Float32Array.from({ length: 3 * area }, (_, i) => {
    const channel = Math.floor(i / area);
    return elementAt(data, 3 * (i % area) + channel) / 127.5 - 1;
  });
}

/** Each pixel becomes a square of `factor` × `factor` pixels. */
export function resizeNearest({ width, height, data }: Picture, factor: number): Picture {
  if (!Number.isInteger(factor) || factor < 1)
    throw new Error(`a picture is enlarged by a whole factor, not ${factor}`);
  const wide = width * factor;
  const enlarged = new Uint8Array(3 * wide * height * factor);
  for (let y = 0; y < height; y++) {
    const firstRow = 3 * wide * y * factor;
    for (let x = 0; x < wide; x++) {
      const source = 3 * (y * width + Math.floor(x / factor));
      enlarged.set(data.subarray(source, source + 3), firstRow + 3 * x);
    }
    for (let copy = 1; copy < factor; copy++) {
      enlarged.copyWithin(firstRow + copy * 3 * wide, firstRow, firstRow + 3 * wide);
    }
  }
  return { width: wide, height: height * factor, data: enlarged };
}

/** In another size, mixed smoothly; sides need not keep their ratio. */
export async function resizePicture({ width, height, data }: Picture, wide: number, high: number): Promise<Picture> {
  if (width === wide && height === high) return { width, height, data };
  const resized = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(wide, high, { fit: "fill" })
    .raw()
    .toBuffer();
  return { width: wide, height: high, data: new Uint8Array(resized) };
}

/** Write a picture as PNG, with texts in it if given. The name appears only when the whole file is on disk. */
export async function writePng(file: string, picture: Picture, text: PngText = {}): Promise<void> {
  writeFileAtomically(file, addPngText(await encodePng(picture), text));
}

export function encodePng({ width, height, data }: Picture): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** What a file says about its picture. */
export interface PictureFacts {
  readonly format: string;
  /** As sharp calls it. */
  readonly space: string;
  readonly hasAlpha: boolean;
  /** Grey of 16 bits. */
  readonly isDeepGrey: boolean;
  /** By EXIF: 1 is upright. */
  readonly orientation: number;
  readonly frames: number;
  /** A colour profile other than sRGB may be meant. */
  readonly hasProfile: boolean;
}

export interface OpenedPicture {
  readonly bytes: Uint8Array;
  readonly facts: PictureFacts;
  /** Runs a decoder; what it complains about is refused by the file's name. */
  readonly read: <Result>(decode: () => Promise<Result>) => Promise<Result>;
}

/** @throws Refusal if the file is missing, too large, or holds no picture; drawings by lines (SVG) are none */
export function openPicture(file: string): Promise<OpenedPicture> {
  return openPictureBytes(readImageFile(file), file);
}

/** @param file that the bytes are from, for messages */
export async function openPictureBytes(bytes: Uint8Array, file: string): Promise<OpenedPicture> {
  const read = async <Result>(decode: () => Promise<Result>): Promise<Result> => {
    try {
      return await decode();
    } catch (error) {
      return refuseUnreadable(error, bytes, file);
    }
  };
  const found = await read(() => sharp(bytes, { limitInputPixels: false }).metadata());
  const { width, height, format, space, depth, channels, hasAlpha, orientation = 1, pages = 1, icc } = found;
  if (!FORMATS.has(format)) refuseFormat(file, format);
  if (width * height > MAX_PIXELS) refuseSize(file, `${width} × ${height} pixels`, `${MAX_PIXELS} pixels`);
  const isDeepGrey = depth === "ushort" && channels <= 2;
  const facts = {
    format,
    space,
    hasAlpha,
    isDeepGrey,
    orientation,
    frames: pages,
    hasProfile: icc?.includes("sRGB") === false,
  };
  return { bytes, facts, read };
}

/** Of pixels. What else the library opens is drawn by it, at a size of its choice. */
const FORMATS: ReadonlySet<string> = new Set([
  "png",
  "jpeg",
  "webp",
  "gif",
  "tiff",
  "heif",
  "avif",
  "jp2",
  "jxl",
  "ppm",
]);

function refuseFormat(file: string, format: string): never {
  refuse({
    code: "image-format",
    at: { file },
    message: `a file of the format ${format} holds no pixels`,
    help: "save it as PNG, at the size that you want",
  });
}

/**
 * Read a picture from any common format, for people and for ControlNets: turned upright as its EXIF says, in sRGB. Transparency is
 * dropped, as diffusers does. A missing, damaged or oversized file, or one that holds no picture, is refused.
 */
export async function readPicture(file: string): Promise<Picture> {
  return pixelsOf(await openPicture(file));
}

/** As `readPicture`. @param file that the bytes are from, for messages */
export async function readPictureBytes(bytes: Uint8Array, file: string): Promise<Picture> {
  return pixelsOf(await openPictureBytes(bytes, file));
}

async function pixelsOf({ bytes, read }: OpenedPicture): Promise<Picture> {
  const { data, info } = await read(() =>
    sharp(bytes, { failOn: "error", limitInputPixels: MAX_PIXELS })
      .autoOrient()
      .removeAlpha()
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true }),
  );
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

/** The texts of a PNG file; refused as in `readPicture` and `readPngText`. */
export function readPictureText(file: string): PngText {
  return readPngText(readImageFile(file), file);
}

function readImageFile(file: string): Uint8Array {
  return withOpenFile(file, (opened) => {
    if (opened.size > MAX_FILE_BYTES) refuseSize(file, `${opened.size} bytes`, `${MAX_FILE_BYTES} bytes`);
    return readRange(opened, 0, opened.size);
  });
}

function refuseSize(file: string, found: string, allowed: string): never {
  refuse({
    code: "image-too-large",
    at: { file },
    message: `the picture has ${found}, more than the ${allowed} allowed`,
    help: "make it smaller first",
  });
}

/** sharp reports every fault of a file as a plain Error with libvips' words. */
function refuseUnreadable(error: unknown, bytes: Uint8Array, file: string): never {
  if (!(error instanceof Error) || error instanceof Refusal) throw error;
  const foreign = recogniseForeignFile(bytes)?.what ?? "an image";
  const isImage = foreign === "an image";
  const cause = error.message.split("\n")[0];
  refuse({
    code: "image-not-readable",
    at: { file },
    message: isImage ? `the picture cannot be read: ${cause}` : `this is not a picture, but ${foreign}`,
    help: isImage
      ? "the file is incomplete or damaged, or of an unknown format: save it again as PNG"
      : "choose a picture",
  });
}

function refuseNotFinite(image: Float32Array): never {
  const count = image.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
  refuse({
    code: "image-not-finite",
    at: { stage: "vae decoder" },
    message: `${count} of ${counted(image.length, "value")} of an image ${agreeing(count, "is", "are")} NaN or infinite`,
    help: "lower the guidance or the learning rate; if it persists, the weights may be damaged",
  });
}
