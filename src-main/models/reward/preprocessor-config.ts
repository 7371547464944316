// How pictures are prepared, as the files beside a model say: preprocessor_config.json or processor_config.json (transformers), and open_clip_config.json.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type ConfigTable, pixels, tableSchema } from "../../common/config-table.ts";
import { refuse } from "../../common/diagnostic.ts";
import { readJson } from "../../weights/json-file.ts";
import { parseConfig } from "../parse-config.ts";
import { CLIP_DEVIATION, CLIP_MEAN, type Preprocessing, usualPreprocessing } from "./preprocess.ts";

/** In Pillow. */
const BICUBIC = 3;
const OF_CLIP = /^CLIP(ImageProcessor(Fast|Pil)?|FeatureExtractor)$/;

const square = (side: number) => ({ height: side, width: side });
/** Height and width, in every form that transformers takes. */
const rectangle = z.union([
  z.strictObject({ height: pixels, width: pixels }),
  z.tuple([pixels, pixels]).transform(([height, width]) => ({ height, width })),
]);
const size = z.union([
  pixels.transform((shortest) => ({ shortest_edge: shortest })),
  z.strictObject({ shortest_edge: pixels }),
  rectangle,
]);
const everyColour = (value: z.ZodType<number>) =>
  z.union([value.transform((one) => [one, one, one]), z.array(value).length(3)]);

/** As a number of Pillow, and as people and older programs write it. */
const bicubic = z.preprocess(
  (value) => (typeof value === "string" && /^([\w.]+\.)?bicubic$/i.test(value) ? BICUBIC : value),
  z.literal(BICUBIC),
);

export const preprocessorTable = {
  className: "CLIPImageProcessor",
  used: {
    do_resize: z.boolean().default(true),
    size: size.optional(),
    do_center_crop: z.boolean().default(true),
    crop_size: z.union([pixels.transform(square), rectangle]).optional(),
    do_normalize: z.boolean().default(true),
    image_mean: everyColour(z.number()).default(CLIP_MEAN),
    image_std: everyColour(z.number().positive()).default(CLIP_DEVIATION),
    /** The only one that rewards use. */
    resample: bicubic.default(BICUBIC),
    /** Others prepare pictures in another way from the same keys. */
    image_processor_type: z.string().regex(OF_CLIP, "only CLIP's is supported").default("CLIPImageProcessor"),
    feature_extractor_type: z.string().regex(OF_CLIP, "only CLIP's is supported").default("CLIPFeatureExtractor"),
  },
  only: {
    // What one number as the size means.
    default_to_square: [false, null],
    // Colours from 0…255 to 0…1.
    do_rescale: [true],
    rescale_factor: [1 / 255],
    do_pad: [null, false],
    pad_size: [null],
    size_divisor: [null],
  },
  harmless: [
    // Pictures have three colours here, and tensors one form.
    ...["do_convert_rgb", "data_format", "input_data_format", "return_tensors", "device", "disable_grouping"],
    ...["processor_class", "image_seq_length"],
  ],
} satisfies ConfigTable;
const preprocessorConfig = tableSchema(preprocessorTable);

/** transformers from version 5 on writes it into processor_config.json, and takes it from there first. */
const processorConfig = z.looseObject({ image_processor: z.looseObject({}).optional() });

function readPreprocessorJson(folder: string): { readonly file: string; readonly json: unknown } {
  const whole = join(folder, "processor_config.json");
  const nested = existsSync(whole) ? parseConfig(processorConfig, readJson(whole), whole).image_processor : undefined;
  if (nested !== undefined) return { file: whole, json: nested };
  const file = join(folder, "preprocessor_config.json");
  return { file, json: existsSync(file) ? readJson(file) : {} };
}

/** @param imageSize what the vision tower takes, where the file leaves it open or is missing */
export function readPreprocessor(folder: string, imageSize: number): Preprocessing {
  const { file, json } = readPreprocessorJson(folder);
  const config = parseConfig(preprocessorConfig, json, file);
  const { size: target = { shortest_edge: imageSize }, crop_size: crop } = config;
  const resize = "height" in target ? target : { shortest: target.shortest_edge };
  return {
    resize: config.do_resize ? resize : null,
    crop: config.do_center_crop ? (crop ?? square(imageSize)) : null,
    middle: "transformers",
    normalise: config.do_normalize ? { mean: config.image_mean, deviation: config.image_std } : null,
    antialias: true,
  };
}

export const openClipPreprocessingTable = {
  className: "preprocess_cfg",
  used: {
    size: z.union([pixels, z.tuple([pixels, pixels])]).optional(),
    mean: everyColour(z.number()).default(CLIP_MEAN),
    std: everyColour(z.number().positive()).default(CLIP_DEVIATION),
    resize_mode: z.enum(["shortest", "longest", "squash"]).default("shortest"),
  },
  only: { interpolation: ["bicubic"], mode: ["RGB"], fill_color: [0] },
  harmless: [],
} satisfies ConfigTable;
export const openClipPreprocessing = tableSchema(openClipPreprocessingTable);

/** @param imageSize what the tensors of the tower tell; @param file of the config, for messages */
export function preprocessingOfOpenClip(
  { size, mean, std, resize_mode: mode }: z.output<typeof openClipPreprocessing>,
  imageSize: number,
  file: string,
): Preprocessing {
  const sides = typeof size === "object" ? size : [size ?? imageSize];
  const other = sides.find((side) => side !== imageSize);
  if (other !== undefined) {
    refuse({
      code: "config-unsupported",
      at: { file, part: "preprocess_cfg.size" },
      message: `pictures are made ${other} pixels wide, but the tower looks at ${imageSize}`,
      help: "take the config that came with these weights",
    });
  }
  const resize = { shortest: { shortest: imageSize }, longest: { longest: imageSize }, squash: square(imageSize) }[
    mode
  ];
  return { ...usualPreprocessing(imageSize), resize, normalise: { mean, deviation: std } };
}
