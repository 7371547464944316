// Single files of Stable Diffusion with all tensors in their places but no numbers: all zeros, and hardly any room on the disk.

import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { readLayoutFixture } from "../../../bench/parity/layout-models.ts";
import { elementCount, type Shape } from "../../common/tensor.ts";

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
