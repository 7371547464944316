// From the decoder's picture to what a vision tower takes: resize, crop, normalise, all inside the differentiated graph.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { parseConfig, readJson } from "../parse-config.ts";
import { bicubicMatrix } from "./bicubic-matrix.ts";

// Of the pictures that OpenAI's CLIP was trained on: red, green, blue, in 0…1.
const CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073];
const CLIP_DEVIATION = [0.26862954, 0.26130258, 0.27577711];

const side = z.int().positive();
const size = z.union([
  side.transform((shortest) => ({ shortest_edge: shortest })),
  z.object({ shortest_edge: side }),
  z.object({ height: side, width: side }),
]);

/** preprocessor_config.json of CLIPImageProcessor (transformers). */
const preprocessorConfig = z.object({
  do_resize: z.boolean().default(true),
  size: size.optional(),
  do_center_crop: z.boolean().default(true),
  crop_size: z
    .union([side.transform((n) => ({ height: n, width: n })), z.object({ height: side, width: side })])
    .optional(),
  do_normalize: z.boolean().default(true),
  image_mean: z.array(z.number()).length(3).default(CLIP_MEAN),
  image_std: z.array(z.number().positive()).length(3).default(CLIP_DEVIATION),
  /** 3 is bicubic, the only one that rewards use. */
  resample: z.literal(3).default(3),
});
export type Preprocessor = z.output<typeof preprocessorConfig> & { readonly imageSize: number };

/** @param imageSize what the vision tower takes, where the file leaves it open or is missing */
export function readPreprocessor(folder: string, imageSize: number): Preprocessor {
  const file = join(folder, "preprocessor_config.json");
  const json = existsSync(file) ? readJson(file) : {};
  return { ...parseConfig(preprocessorConfig, json, file), imageSize };
}

/**
 * @param image [batch, 3, height, width] in −1…1. Not clamped: a saturated pixel keeps its gradient.
 * @returns [batch, 3, image size, image size]
 */
export function preprocess(b: GraphBuilder, image: Value, config: Preprocessor): Value {
  const colours = b.add(b.scale(image, 0.5), b.scalar(0.5));
  const fitted = resizeAndCrop(b, colours, config);
  if (!config.do_normalize) return fitted;
  const perColour = (numbers: readonly number[]): Value => b.constant("float32", [1, 3, 1, 1], numbers);
  return b.div(b.sub(fitted, perColour(config.image_mean)), perColour(config.image_std));
}

function resizeAndCrop(b: GraphBuilder, image: Value, config: Preprocessor): Value {
  const [height, width] = [at(image.shape, 2), at(image.shape, 3)];
  const resized = config.do_resize ? targetSize(height, width, config) : { height, width };
  const crop = config.do_center_crop ? (config.crop_size ?? square(config.imageSize)) : resized;
  const rows = cropRows(height, resized.height, crop.height);
  const columns = cropRows(width, resized.width, crop.width);
  // [crop height, height] · [.., height, width] · [width, crop width]
  const vertical = rows === null ? image : b.matmul(b.constant("float32", [crop.height, height], rows), image);
  if (columns === null) return vertical;
  return b.matmul(vertical, b.transpose(b.constant("float32", [crop.width, width], columns), [1, 0]));
}

function targetSize(height: number, width: number, { size: target, imageSize }: Preprocessor) {
  if (target !== undefined && "height" in target) return target;
  const shortest = target?.shortest_edge ?? imageSize;
  const long = Math.trunc((shortest * Math.max(height, width)) / Math.min(height, width));
  return height <= width ? { height: shortest, width: long } : { height: long, width: shortest };
}

/** The resizing matrix with only the rows of the central crop; beyond the picture the crop is black. `null`: nothing to do. */
function cropRows(from: number, to: number, crop: number): Float64Array | null {
  if (from === to && to === crop) return null;
  const full = bicubicMatrix(from, to, { antialias: true });
  const first = Math.floor((to - crop) / 2);
  const rows = new Float64Array(crop * from);
  for (let row = 0; row < crop; row++) {
    const source = first + row;
    if (source >= 0 && source < to) rows.set(full.subarray(source * from, (source + 1) * from), row * from);
  }
  return rows;
}

function square(side: number) {
  return { height: side, width: side };
}
