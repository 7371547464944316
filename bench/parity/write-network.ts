// Writes a network of the manifest as the folder that a user would have: config.json and generated weights, under their real names.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Tensor } from "../../src-main/common/tensor.ts";
import type { NetworkEntry } from "./manifest.ts";
import { generateWeight } from "./weight-generator.ts";

/** `folder` is the component's own folder; it is made where it does not exist. */
export function writeNetwork(network: NetworkEntry, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify(network.config, null, 2));
  writeWeights(join(folder, WEIGHT_FILE[network.kind]), network);
}

/** A safetensors file of generated weights, by name and shape. */
export function writeWeights(file: string, { tensors, seed, dtype }: GeneratedWeights): void {
  const stored = Object.entries(tensors).map(([name, shape]) => {
    return { name, ...store(generateWeight(name, shape, seed), dtype) };
  });
  writeFileSync(file, safetensors(stored));
}

type GeneratedWeights = Pick<NetworkEntry, "tensors" | "seed" | "dtype">;

/** diffusers and transformers each have their own file name. */
const WEIGHT_FILE = {
  unet: "diffusion_pytorch_model.safetensors",
  vae: "diffusion_pytorch_model.safetensors",
  controlnet: "diffusion_pytorch_model.safetensors",
  unet3d: "diffusion_pytorch_model.safetensors",
  motion: "diffusion_pytorch_model.safetensors",
  text_encoder: "model.safetensors",
  reward: "model.safetensors",
} as const;

interface StoredTensor {
  readonly name: string;
  readonly dtype: "F32" | "F16" | "I64";
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

function store(tensor: Tensor, dtype: NetworkEntry["dtype"]): Omit<StoredTensor, "name"> {
  const { shape, data } = tensor;
  if (tensor.dtype === "int64") return { dtype: "I64", shape, bytes: new Uint8Array(data.buffer) };
  if (tensor.dtype !== "float32") throw new Error(`weights are not generated as ${tensor.dtype}`);
  if (dtype === "float32") return { dtype: "F32", shape, bytes: new Uint8Array(data.buffer) };
  return { dtype: "F16", shape, bytes: new Uint8Array(new Float16Array(tensor.data).buffer) };
}

/** A writer of its own, so that a mistake shared by the program's reader and writer would show. Tensors lie in the order given. */
function safetensors(tensors: readonly StoredTensor[]): Uint8Array {
  let end = 0;
  const header = tensors.map(({ name, dtype, shape, bytes }) => {
    const begin = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...tensors.map(({ bytes }) => bytes)]);
}
