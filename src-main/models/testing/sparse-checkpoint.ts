// Single files of Stable Diffusion with all tensors in their places but no numbers: all zeros, and hardly any room on the disk.

import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { readLayoutFixture } from "../../../bench/parity/layout-models.ts";
import { elementCount, type Shape } from "../../common/tensor.ts";
import { CLIP_VOCABULARY_SIZE } from "../tokenizer/clip-vocabulary.ts";

export type Shapes = Readonly<Record<string, Shape>>;

/** The tensors of a small model of either family in the original layout, as diffusers' own reader takes them. */
export function originalShapes(family: "sd1" | "sd2"): Shapes {
  const { models, networks, originalNames } = readLayoutFixture();
  const model = models.find(({ name }) => name === family);
  if (model === undefined) throw new Error(`no model ${family} in layouts.json`);
  const parts = [
    { network: model.textEncoder, names: originalNames[model.textNames] },
    { network: model.unet, names: originalNames.unet },
    { network: model.vae, names: originalNames.vae },
  ];
  const shapes = parts.flatMap(({ network, names }) => {
    const own = networks.find(({ name }) => name === network)?.tensors ?? {};
    return Object.entries(names).map(([original, { names: joined, shape }]): [string, Shape] => {
      const [rows = 0, ...rest] = own[joined[0] ?? ""] ?? [];
      return [original, shape ?? [rows * joined.length, ...rest]];
    });
  });
  return { ...Object.fromEntries(shapes), ...model.unused, betas: [1000] };
}

/** Width of the texts of a small model, and its tokens. */
const SMALL_TEXT = { width: 128, tokens: 300 };

/** The tensors of the published models, which have the depth of the small ones. */
export function fullSizeShapes(family: "sd1" | "sd2"): Shapes {
  const textWidth = family === "sd1" ? 768 : 1024;
  const grown: { readonly [part: string]: number } = {
    model: 10,
    first_stage_model: 4,
    cond_stage_model: textWidth / SMALL_TEXT.width,
  };
  const entries = Object.entries(originalShapes(family)).map(([name, shape]): [string, Shape] => {
    const factor = grown[name.split(".")[0] ?? ""] ?? 1;
    const isReadingText = /\.attn2\.to_[kv]\.weight$/.test(name);
    const sizes = shape.map((size, axis) => {
      if (isReadingText && axis === 1) return textWidth;
      if (size === SMALL_TEXT.tokens) return CLIP_VOCABULARY_SIZE;
      // Channels come in groups; latents, colours, kernels and places in the text do not.
      return size % 32 === 0 ? size * factor : size;
    });
    return [name, sizes];
  });
  return Object.fromEntries(entries);
}

/** With a second set of the UNet's weights beside, as Stable Diffusion's training leaves them. */
export function withRunningMeans(shapes: Shapes): Shapes {
  const means = Object.entries(shapes)
    .filter(([name]) => name.startsWith("model.diffusion_model."))
    .map(([name, shape]) => [`model_ema.${name.slice("model.".length).replaceAll(".", "")}`, shape] as const);
  return { ...shapes, ...Object.fromEntries(means), "model_ema.decay": [], "model_ema.num_updates": [] };
}

/** A safetensors file of float32 zeros. */
export function writeSparse(file: string, shapes: Shapes): string {
  let end = 0;
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const begin = end;
    end += 4 * elementCount(shape);
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const descriptor = openSync(file, "w");
  try {
    writeSync(descriptor, Buffer.concat([length, header]));
    ftruncateSync(descriptor, length.length + header.length + end);
  } finally {
    closeSync(descriptor);
  }
  return file;
}
