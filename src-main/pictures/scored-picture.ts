// Pictures as the rewards' own code opens them: Pillow's Image.open(file).convert("RGB"). The first frame, as it is stored: not turned by
// its EXIF, without its colour profile, and without what makes it transparent.

import sharp, { type Sharp } from "sharp";
import type { Diagnostic } from "../common/diagnostic.ts";
import { transparentColour } from "./gif-palette.ts";
import { type OpenedPicture, openPicture, openPictureBytes, type Picture, type PictureFacts } from "./picture.ts";

export interface ScoredPicture {
  readonly picture: Picture;
  /** Where the reward sees something else than a person does. */
  readonly warnings: readonly Diagnostic[];
}

/** @throws Refusal as `readPicture` does */
export async function readScoredPicture(file: string): Promise<ScoredPicture> {
  return decodeOpened(file, await openPicture(file));
}

/** @param file that the bytes are from, for messages. @throws Refusal as `readPicture` does */
export async function decodeScoredPicture(bytes: Uint8Array, file: string): Promise<ScoredPicture> {
  return decodeOpened(file, await openPictureBytes(bytes, file));
}

async function decodeOpened(file: string, { bytes, facts, read }: OpenedPicture): Promise<ScoredPicture> {
  const picture = await read(() => decode(bytes, facts));
  return { picture, warnings: differencesOf(facts).map((difference) => warning(file, difference)) };
}

async function decode(bytes: Uint8Array, facts: PictureFacts): Promise<Picture> {
  // Options: damage is an error; the profile stays unread.
  const image = sharp(bytes, { failOn: "error", limitInputPixels: false, ignoreIcc: true });
  if (facts.space === "cmyk") return fromCmyk(image);
  if (facts.isDeepGrey) return fromDeepGrey(image);
  const hidden = facts.format === "gif" && facts.hasAlpha ? transparentColour(bytes) : undefined;
  const { data, info } = await image
    .toColourspace("srgb")
    .ensureAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint8Array(3 * info.width * info.height);
  for (let i = 0; i < info.width * info.height; i++) {
    const isHidden = hidden !== undefined && data[4 * i + 3] === 0;
    pixels.set(isHidden ? hidden : data.subarray(4 * i, 4 * i + 3), 3 * i);
  }
  return { width: info.width, height: info.height, data: pixels };
}

/** Pillow multiplies paper, colour and black: (255 − C)·(255 − K) / 255. */
async function fromCmyk(image: Sharp): Promise<Picture> {
  const { data, info } = await image
    .pipelineColourspace("cmyk")
    .toColourspace("cmyk")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint8Array(3 * info.width * info.height);
  for (let i = 0; i < info.width * info.height; i++) {
    const light = 255 - (data[4 * i + 3] ?? 0);
    for (let c = 0; c < 3; c++) {
      pixels[3 * i + c] = Math.max(0, light - divideBy255((data[4 * i + c] ?? 0) * light));
    }
  }
  return { width: info.width, height: info.height, data: pixels };
}

/** Rounded, as Pillow does it with whole numbers. */
function divideBy255(product: number): number {
  const shifted = product + 128;
  return ((shifted >> 8) + shifted) >> 8;
}

/** Pillow cuts values of 16 bits off at 255. */
async function fromDeepGrey(image: Sharp): Promise<Picture> {
  const { data, info } = await image
    .toColourspace("grey16")
    .extractChannel(0)
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true });
  const values = new Uint16Array(data.buffer, data.byteOffset, info.width * info.height);
  const pixels = Uint8Array.from({ length: 3 * values.length }, (_, i) =>
    Math.min(255, values[Math.floor(i / 3)] ?? 0),
  );
  return { width: info.width, height: info.height, data: pixels };
}

function differencesOf({ hasAlpha, isDeepGrey, orientation, frames, hasProfile }: PictureFacts): readonly string[] {
  return [
    ...(hasAlpha ? ["transparency is dropped, so that the colours under it count"] : []),
    ...(isDeepGrey ? ["grey of 16 bits is cut off at 255, so that nearly everything is white"] : []),
    ...(orientation > 1 ? ["it is not turned upright as its EXIF says"] : []),
    ...(frames > 1 ? [`of its ${frames} frames only the first counts`] : []),
    ...(hasProfile ? ["its colour profile is not applied"] : []),
  ];
}

function warning(file: string, difference: string): Diagnostic {
  return {
    severity: "warning",
    code: "image-as-scored",
    at: { file },
    message: `scored as the reward's own code opens it: ${difference}`,
    help: "save it as an RGB image of 8 bits to have it scored as you see it",
  };
}
