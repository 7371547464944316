// Named defects of pictures, each of any strength, and the same for the same seed.

import sharp, { type Sharp } from "sharp";
import { normalNoise, type RandomStream, uniformInteger } from "../../src-main/diffusion/noise.ts";
import { type Picture, resizeNearest } from "../../src-main/pictures/picture.ts";

/** @param strength 0 to 1, from hardly to be seen to spoilt @param stream of what chance decides */
type Defect = (picture: Picture, strength: number, stream: RandomStream) => Promise<Picture>;

export const DEFECTS = {
  blurry: (picture, strength) => through(picture, (image) => image.blur(0.6 + 1.6 * strength)),
  noisy: async (picture, strength, stream) => {
    const noise = normalNoise(stream, picture.data.length);
    return mapped(picture, (value, i) => value + (12 + 45 * strength) * (noise[i] ?? 0));
  },
  "washed out": async (picture, strength) =>
    mapped(picture, (value) => value + (255 - value) * (0.25 + 0.45 * strength)),
  dark: async (picture, strength) => mapped(picture, (value) => value * (0.75 - 0.5 * strength)),
  "low contrast": async (picture, strength) =>
    mapped(picture, (value) => 128 + (value - 128) * (0.65 - 0.45 * strength)),
  "wrong colours": async (picture, strength, stream) => {
    const gains = [0, 1, 2].map((channel) => 1 + (uniformInteger(stream, 3, channel) - 1) * (0.3 + 0.4 * strength));
    const even = gains.every((gain) => gain === gains[0]);
    return mapped(picture, (value, i) => value * (even ? [0.6, 1, 1.4] : gains)[i % 3]!);
  },
  pixelated: async (picture, strength) => {
    const factor = strength < 0.5 ? 2 : 4;
    const small = await through(picture, (image) => image.resize(picture.width / factor));
    return resizeNearest(small, factor);
  },
  cropped: (picture, strength, stream) => {
    const { width, height } = picture;
    const side = Math.round(width * (0.7 - 0.25 * strength));
    const left = uniformInteger(stream, 2, 0) * (width - side);
    const top = uniformInteger(stream, 2, 1) * (height - side);
    return through(picture, (image) =>
      image.extract({ left, top, width: side, height: side }).resize(width, height, { fit: "fill" }),
    );
  },
  cut: async (picture, strength, stream) => {
    const { width, height } = picture;
    const side = Math.round(width * (0.3 + 0.3 * strength));
    const left = uniformInteger(stream, width - side, 0);
    const top = uniformInteger(stream, height - side, 1);
    const grey = uniformInteger(stream, 256, 2);
    return mapped(picture, (value, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      return x >= left && x < left + side && y >= top && y < top + side ? grey : value;
    });
  },
} satisfies Readonly<Record<string, Defect>>;
export type DefectName = keyof typeof DEFECTS;

// Object.keys widens the keys of `DEFECTS`.
export const DEFECT_NAMES = Object.keys(DEFECTS) as DefectName[];

function mapped({ width, height, data }: Picture, change: (value: number, i: number) => number): Picture {
  return { width, height, data: data.map((value, i) => Math.round(Math.min(255, Math.max(0, change(value, i))))) };
}

async function through({ width, height, data }: Picture, change: (image: Sharp) => Sharp): Promise<Picture> {
  const image = change(sharp(data, { raw: { width, height, channels: 3 } }));
  const { data: changed, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(changed) };
}
