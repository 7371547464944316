// The models of fixtures/layouts.json, written as the files that people have: folders and single files, safetensors and PyTorch's own.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { BYTES_PER_ELEMENT, type FloatTensor, floatTensor, sameShape } from "../../src-main/common/tensor.ts";
import { writeSafetensors } from "../../src-main/weights/safetensors.ts";
import { fixtureFile, networkCase, networkEntry, type NetworkEntry, shape } from "./manifest.ts";
import { generateWeight } from "./weight-generator.ts";
import { writeNetwork } from "./write-network.ts";
import { writeTorchWeights } from "./write-torch-weights.ts";

/** Our names by the original one: one tensor, several that lie row under row, or one in another shape. */
export const originalNames = z.record(
  z.string(),
  z.union([
    z.string().transform((name) => ({ names: [name], shape: undefined })),
    z.array(z.string()).transform((names) => ({ names, shape: undefined })),
    z.object({ name: z.string(), shape }).transform((whole) => ({ names: [whole.name], shape: whole.shape })),
  ]),
);
export type OriginalNames = z.output<typeof originalNames>;

const layoutModel = z.object({
  name: z.enum(["sd1", "sd2"]),
  /** Names of networks. */
  textEncoder: z.string(),
  unet: z.string(),
  vae: z.string(),
  textNames: z.enum(["clip-text", "open-clip-text"]),
  /** Tensors of single files that nothing is made of. */
  unused: z.record(z.string(), shape),
});
export type LayoutModel = z.output<typeof layoutModel>;

const layoutFixture = z.object({
  networks: z.array(networkEntry),
  cases: z.array(networkCase),
  originalNames: z.object({
    "clip-text": originalNames,
    "open-clip-text": originalNames,
    unet: originalNames,
    vae: originalNames,
  }),
  models: z.array(layoutModel),
});
type LayoutFixture = z.output<typeof layoutFixture>;

export function readLayoutFixture(): LayoutFixture {
  return layoutFixture.parse(JSON.parse(readFileSync(fixtureFile("layouts.json"), "utf8")));
}

type Tensors = Readonly<Record<string, FloatTensor>>;

/** Writes a model into a folder, in one layout; the path is what a user would give. */
export const writeLayout = {
  "diffusers folder": (model: LayoutModel, folder: string): string => {
    for (const [part, network] of partsOf(model)) writeNetwork(network, join(folder, part));
    return folder;
  },
  "diffusers folder of .bin": (model: LayoutModel, folder: string): string => {
    for (const [part, network] of partsOf(model)) {
      mkdirSync(join(folder, part), { recursive: true });
      writeFileSync(join(folder, part, "config.json"), JSON.stringify(network.config));
      const file = part === "text_encoder" ? "pytorch_model.bin" : "diffusion_pytorch_model.bin";
      writeTorchWeights(join(folder, part, file), tensorsOf(network));
    }
    return folder;
  },
  "single .safetensors": (model: LayoutModel, folder: string): string => {
    const file = join(folder, "model.safetensors");
    writeSafetensors(file, originalTensors(model));
    return file;
  },
  "single .ckpt": (model: LayoutModel, folder: string): string => {
    const file = join(folder, "model.ckpt");
    writeTorchWeights(file, originalTensors(model), "state_dict");
    return file;
  },
  "single .safetensors, running means": (model: LayoutModel, folder: string): string => {
    const file = join(folder, "model-full-ema.safetensors");
    writeSafetensors(file, originalTensors(model, "means"));
    return file;
  },
} as const;

export type LayoutName = keyof typeof writeLayout;

function partsOf({ textEncoder, unet, vae }: LayoutModel): readonly (readonly [part: string, network: NetworkEntry])[] {
  const { networks } = readLayoutFixture();
  const named = (wanted: string): NetworkEntry => {
    const found = networks.find(({ name }) => name === wanted);
    if (found === undefined) throw new Error(`no network ${wanted} in layouts.json`);
    return found;
  };
  return [
    ["text_encoder", named(textEncoder)],
    ["unet", named(unet)],
    ["vae", named(vae)],
  ];
}

export function tensorsOf({ tensors, seed }: NetworkEntry): Tensors {
  const entries = Object.entries(tensors).map(([name, size]): [string, FloatTensor] => {
    const tensor = generateWeight(name, size, seed);
    if (tensor.dtype !== "float32") throw new Error(`${name} is no weight`);
    return [name, tensor];
  });
  return Object.fromEntries(entries);
}

/** The whole model under its original names, with what else such files hold: running means, unused tensors, schedules. */
function originalTensors(model: LayoutModel, wanted: "trained" | "means" = "trained"): Tensors {
  const { originalNames: all } = readLayoutFixture();
  const names: { readonly [part: string]: OriginalNames } = {
    text_encoder: all[model.textNames],
    unet: all.unet,
    vae: all.vae,
  };
  const parts = partsOf(model).map(([part, network]) => renamed(tensorsOf(network), names[part] ?? {}));
  const whole: Tensors = Object.assign({}, ...parts);
  const unet = Object.fromEntries(Object.entries(whole).filter(([name]) => name.startsWith("model.diffusion_model.")));
  const both = wanted === "trained" ? runningMeans(others(unet)) : { ...others(unet), ...runningMeans(unet) };
  const unused = Object.entries(model.unused).map(([name, size]) => [name, filled(size, 7)] as const);
  return { ...whole, ...both, ...Object.fromEntries(unused), betas: filled([1000], 0.01) };
}

export function renamed(tensors: Tensors, names: OriginalNames): Tensors {
  const entries = Object.entries(names).map(([original, origin]): [string, FloatTensor] => {
    const joined = joinRows(origin.names.map((name) => tensors[name] ?? missing(name)));
    return [original, origin.shape === undefined ? joined : floatTensor(origin.shape, joined.data)];
  });
  return Object.fromEntries(entries);
}

function joinRows(tensors: readonly FloatTensor[]): FloatTensor {
  const [first = missing("rows"), ...others] = tensors;
  if (others.length === 0) return first;
  if (!others.every((other) => sameShape(other.shape, first.shape))) throw new Error("rows of different length");
  const bytes = Buffer.concat(tensors.map(({ data }) => new Uint8Array(data.buffer)));
  const [rows = 0, ...rest] = first.shape;
  const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / BYTES_PER_ELEMENT.float32);
  return floatTensor([rows * tensors.length, ...rest], data);
}

/** A second set of the UNet's weights, under names of its own. */
function runningMeans(unet: Tensors): Tensors {
  const means = Object.entries(unet).map(([name, tensor]) => [
    `model_ema.${name.replace("model.", "").replaceAll(".", "")}`,
    tensor,
  ]);
  return {
    ...Object.fromEntries(means),
    "model_ema.decay": filled([], 0.9999),
    "model_ema.num_updates": filled([], 1),
  };
}

/** Other numbers, so that it shows if they are taken for the weights. */
function others(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape: size }]) => [name, filled(size, 3)]));
}

export function filled(size: readonly number[], value: number): FloatTensor {
  return floatTensor(size, new Float32Array(size.reduce((product, side) => product * side, 1)).fill(value));
}

function missing(name: string): never {
  throw new Error(`layouts.json names ${name}, which its network does not have`);
}
