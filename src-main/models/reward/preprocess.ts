// From the decoder's picture to what a vision tower takes: resize, crop or pad, normalise, all inside the differentiated graph.

import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { bicubicMatrix } from "./bicubic-matrix.ts";

// Of the pictures that OpenAI's CLIP was trained on: red, green, blue, in 0…1.
export const CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073];
export const CLIP_DEVIATION = [0.26862954, 0.26130258, 0.27577711];

export interface Preprocessing {
  /**
   * shortest: that side gets this many pixels; longest: the other one;
   * or to a height and width, whatever happens to the proportions; null: not at all.
   */
  readonly resize: { readonly shortest: number } | { readonly longest: number } | PixelSize | null;
  /** The middle of the resized picture, black where it ends; null: all of it. */
  readonly crop: PixelSize | null;
  /** Where the middle is if the border is odd: half a pixel up and left (transformers), or as Python rounds (torchvision). */
  readonly middle: "transformers" | "torchvision";
  /** By colour; null: colours stay in 0…1. */
  readonly normalise: { readonly mean: readonly number[]; readonly deviation: readonly number[] } | null;
  /** Whether every pixel counts when a picture shrinks. */
  readonly antialias: boolean;
}

export interface PixelSize {
  readonly height: number;
  readonly width: number;
}

/** What nearly every CLIP has: bicubic, no black border, OpenAI's normalisation. */
export function usualPreprocessing(side: number): Preprocessing {
  return {
    resize: { shortest: side },
    crop: { height: side, width: side },
    middle: "torchvision",
    normalise: { mean: CLIP_MEAN, deviation: CLIP_DEVIATION },
    antialias: true,
  };
}

/**
 * @param image [batch, 3, height, width] in −1…1. Not clamped: a saturated pixel keeps its gradient.
 * @returns [batch, 3, …], as large as the crop
 */
export function preprocess(b: GraphBuilder, image: Value, preprocessing: Preprocessing): Value {
  const colours = b.add(b.scale(image, 0.5), b.scalar(0.5));
  const fitted = resizeAndCrop(b, colours, preprocessing);
  const { normalise } = preprocessing;
  if (normalise === null) return fitted;
  const perColour = (numbers: readonly number[]): Value => b.constant("float32", [1, 3, 1, 1], numbers);
  return b.div(b.sub(fitted, perColour(normalise.mean)), perColour(normalise.deviation));
}

function resizeAndCrop(b: GraphBuilder, image: Value, preprocessing: Preprocessing): Value {
  const [height, width] = [at(image.shape, 2), at(image.shape, 3)];
  const { rows, columns, crop } = fit({ height, width }, preprocessing);
  // [crop height, height] · [.., height, width] · [width, crop width]
  const vertical = rows === null ? image : b.matmul(b.constant("float32", [crop.height, height], rows), image);
  if (columns === null) return vertical;
  return b.matmul(vertical, b.transpose(b.constant("float32", [crop.width, width], columns), [1, 0]));
}

export interface Fit {
  /** [crop height, height] and [crop width, width], how each pixel is mixed; `null`: it is as it was. */
  readonly rows: Float64Array | null;
  readonly columns: Float64Array | null;
  readonly crop: PixelSize;
}

/** How a picture of some size is resized and cropped. */
export function fit({ height, width }: PixelSize, preprocessing: Preprocessing): Fit {
  const resized = resizedSize({ height, width }, preprocessing.resize);
  const crop = preprocessing.crop ?? resized;
  return {
    rows: cropRows(height, resized.height, crop.height, preprocessing),
    columns: cropRows(width, resized.width, crop.width, preprocessing),
    crop,
  };
}

function resizedSize({ height, width }: PixelSize, resize: Preprocessing["resize"]): PixelSize {
  if (resize === null) return { height, width };
  if ("height" in resize) return resize;
  if ("longest" in resize) {
    const scale = resize.longest / Math.max(height, width);
    return { height: roundHalfToEven(height * scale), width: roundHalfToEven(width * scale) };
  }
  const { shortest } = resize;
  const long = Math.trunc((shortest * Math.max(height, width)) / Math.min(height, width));
  return height <= width ? { height: shortest, width: long } : { height: long, width: shortest };
}

/** The resizing matrix with only the rows of the central crop; beyond the picture the crop is black. `null`: nothing to do. */
function cropRows(from: number, to: number, crop: number, { middle, antialias }: Preprocessing): Float64Array | null {
  if (from === to && to === crop) return null;
  const full = bicubicMatrix(from, to, { antialias });
  const first = middle === "transformers" ? Math.floor((to - crop) / 2) : torchvisionMiddle(to, crop);
  const rows = new Float64Array(crop * from);
  for (let row = 0; row < crop; row++) {
    const source = first + row;
    if (source >= 0 && source < to) rows.set(full.subarray(source * from, (source + 1) * from), row * from);
  }
  return rows;
}

/** torchvision rounds what it cuts off on the left, but cuts the black border that it adds there. */
function torchvisionMiddle(size: number, crop: number): number {
  return size >= crop ? roundHalfToEven((size - crop) / 2) : -Math.floor((crop - size) / 2);
}

/** As Python's `round`. */
function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** For people: "shortest side to 224 pixels, the middle 224×224; bicubic, antialiased" */
export function printPreprocessing({ resize, crop, antialias }: Preprocessing): string {
  const cropped = crop === null ? "" : `${crop.width}×${crop.height}`;
  const steps = resize !== null && "longest" in resize ? [`with a black border ${cropped}`] : [`the middle ${cropped}`];
  const shown = [...printResize(resize), ...(crop === null ? [] : steps)];
  return `${shown.join(", ")}; bicubic, ${antialias ? "" : "not "}antialiased`;
}

function printResize(resize: Preprocessing["resize"]): string[] {
  if (resize === null) return [];
  if ("height" in resize) return [`to ${resize.width}×${resize.height} pixels`];
  const [side, pixels] = "longest" in resize ? ["longest", resize.longest] : ["shortest", resize.shortest];
  return [`${side} side to ${pixels} pixels`];
}
