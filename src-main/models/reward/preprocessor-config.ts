// How pictures are prepared, as the files beside a model say: preprocessor_config.json (transformers) and open_clip_config.json.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJson } from "../../weights/json-file.ts";
import { parseConfig } from "../parse-config.ts";
import { CLIP_DEVIATION, CLIP_MEAN, type Preprocessing, usualPreprocessing } from "./preprocess.ts";

const side = z.int().positive();
const size = z.union([
  side.transform((shortest) => ({ shortest_edge: shortest })),
  z.object({ shortest_edge: side }),
  z.object({ height: side, width: side }),
]);

/** Of CLIPImageProcessor (transformers). */
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

/** @param imageSize what the vision tower takes, where the file leaves it open or is missing */
export function readPreprocessor(folder: string, imageSize: number): Preprocessing {
  const file = join(folder, "preprocessor_config.json");
  const config = parseConfig(preprocessorConfig, existsSync(file) ? readJson(file) : {}, file);
  const { size: target = { shortest_edge: imageSize }, crop_size: crop } = config;
  const resize = "height" in target ? target : { shortest: target.shortest_edge };
  return {
    resize: config.do_resize ? resize : null,
    crop: config.do_center_crop ? (crop ?? { height: imageSize, width: imageSize }) : null,
    middle: "transformers",
    normalise: config.do_normalize ? { mean: config.image_mean, deviation: config.image_std } : null,
    antialias: true,
  };
}

/** `preprocess_cfg` of open_clip_config.json. */
export const openClipPreprocessing = z.object({
  mean: z.array(z.number()).length(3).default(CLIP_MEAN),
  std: z.array(z.number().positive()).length(3).default(CLIP_DEVIATION),
  interpolation: z.literal("bicubic").default("bicubic"),
  resize_mode: z.enum(["shortest", "longest", "squash"]).default("shortest"),
});

export function preprocessingOfOpenClip(
  { mean, std, resize_mode: mode }: z.output<typeof openClipPreprocessing>,
  imageSize: number,
): Preprocessing {
  const square = { height: imageSize, width: imageSize };
  const resize = { shortest: { shortest: imageSize }, longest: { longest: imageSize }, squash: square }[mode];
  return { ...usualPreprocessing(imageSize), resize, normalise: { mean, deviation: std } };
}
