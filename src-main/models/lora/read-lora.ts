// A LoRA of other programs, or our own: which layers of a pipeline it changes, and by what. Its numbers stay in the file.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { counted } from "../../common/counted.ts";
import { refuse } from "../../common/diagnostic.ts";
import type { Shape } from "../../common/tensor.ts";
import { readTensorAt } from "../../weights/read-tensor.ts";
import { isTorchFile } from "../../weights/read-weights.ts";
import { readSafetensorsHeader } from "../../weights/safetensors.ts";
import { readTorchWeights } from "../../weights/torch/torch-weights.ts";
import type { WeightLocation, WeightMap } from "../../weights/weight-map.ts";
import type { Pipeline } from "../pipeline.ts";
import { FOREIGN_ADAPTERS, type LoraRole, readLoraKey } from "./lora-keys.ts";
import { readScales, type ScaleOf } from "./lora-scales.ts";
import type { LowRank } from "./low-rank.ts";
import { type LoraModule, type LoraPart, moduleFinder, modulePaths, weightOf } from "./module-names.ts";

/** Of one weight. */
export interface LoraChange extends LowRank<WeightLocation> {
  /** α / rank */
  readonly scale: number;
}

export interface LoraFile {
  readonly file: string;
  /** By the name of the weight that is changed. */
  readonly changes: { readonly [P in LoraPart]: ReadonlyMap<string, LoraChange> };
}

type LoraPipeline = Pick<Pipeline, "name" | "unet" | "textEncoder">;

/**
 * @param path safetensors, a PyTorch file, or the folder that diffusers or PEFT saved
 * @throws Refusal for layers that the pipeline does not have, other sizes than its own, and adapters of other kinds than LoRA
 */
export function readLora(path: string, pipeline: LoraPipeline): LoraFile {
  const file = fileIn(path);
  const { tensors, metadata } = readContents(file);
  refuseForeign(file, [...tensors.keys()]);
  const find = moduleFinder({
    unet: modulePaths(pipeline.unet.weights),
    "text encoder": modulePaths(pipeline.textEncoder.weights),
  });
  const modules = new Map<string, FoundModule>();
  const strangers: string[] = [];
  for (const [name, location] of tensors) {
    const key = readLoraKey(name);
    const module = key === undefined ? undefined : find(key.module);
    if (key === undefined || module === undefined) strangers.push(name);
    else collect(modules, file, { name, location, module, role: key.role });
  }
  if (strangers.length > 0) refuseStrangers(file, strangers, tensors.size, pipeline.name);
  if (modules.size === 0) refuseNothing(file);
  const isPeft = [...tensors.keys()].some((name) => name.startsWith("base_model."));
  const scaleOf = readScales(file, { metadata, isPeft });
  const changes = { unet: new Map<string, LoraChange>(), "text encoder": new Map<string, LoraChange>() };
  for (const found of modules.values()) {
    const { weights } = found.module.part === "unet" ? pipeline.unet : pipeline.textEncoder;
    const name = weightOf(found.module);
    changes[found.module.part].set(name, toChange(file, found, weights.get(name)?.shape ?? [], scaleOf));
  }
  return { file, changes };
}

/** As diffusers and PEFT call the file in their folders. */
const FOLDER_FILES = ["pytorch_lora_weights", "adapter_model"].flatMap((stem) => [
  `${stem}.safetensors`,
  `${stem}.bin`,
]);

function fileIn(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return path;
  const found = FOLDER_FILES.map((name) => join(path, name)).find(existsSync);
  if (found !== undefined) return found;
  return refuse({
    code: "lora-missing",
    at: { file: path },
    message: `this folder holds neither of ${FOLDER_FILES.join(", ")}`,
    help: "choose the file of the LoRA itself",
  });
}

function readContents(file: string): { tensors: WeightMap; metadata: Readonly<Record<string, string>> } {
  if (!isTorchFile(file)) return readSafetensorsHeader(file);
  return { tensors: readTorchWeights(file).tensors, metadata: {} };
}

interface FoundTensor {
  /** In the file. */
  readonly name: string;
  readonly location: WeightLocation;
}

interface FoundModule {
  readonly module: LoraModule;
  readonly tensors: Partial<Record<LoraRole, FoundTensor>>;
}

function collect(
  modules: Map<string, FoundModule>,
  file: string,
  { name, location, module, role }: FoundTensor & { readonly module: LoraModule; readonly role: LoraRole },
): void {
  const key = `${module.part} ${module.path}`;
  const found: FoundModule = modules.get(key) ?? { module, tensors: {} };
  const before = found.tensors[role];
  if (before !== undefined) {
    refuse({
      code: "lora-twice",
      at: { file, part: name },
      message: `this tensor says the same as ${before.name}, in another spelling`,
      help: "the file holds one LoRA twice, or two of them: save each in a file of its own",
    });
  }
  modules.set(key, { module, tensors: { ...found.tensors, [role]: { name, location } } });
}

function toChange(file: string, { module, tensors }: FoundModule, weight: Shape, scaleOf: ScaleOf): LoraChange {
  const { down, up, alpha } = tensors;
  if (down === undefined || up === undefined) {
    return refuse({
      code: "lora-incomplete",
      at: { file, part: (down ?? up ?? alpha)?.name ?? module.path },
      message: `of the two factors of this layer the file holds ${down === undefined && up === undefined ? "none" : "one"}`,
      help: "the file is incomplete: download it again",
    });
  }
  const [rank = 0] = down.location.shape;
  refuseSize(file, down, [rank, ...weight.slice(1)], weight);
  refuseSize(file, up, [weight[0] ?? 0, rank], weight);
  return {
    down: down.location,
    up: up.location,
    scale: alpha === undefined ? scaleOf(module, rank) : alphaIn(file, alpha, rank),
  };
}

/** 1s at the end do not count: a matrix may be written as a convolution of one pixel. */
function refuseSize(file: string, { name, location }: FoundTensor, wanted: Shape, weight: Shape): void {
  if (wanted[0] !== 0 && withoutOnes(location.shape) === withoutOnes(wanted)) return;
  refuse({
    code: "lora-size",
    at: { file, part: name },
    message: `a change of a layer of [${weight.join(", ")}] has a factor of [${wanted.join(", ")}] here, but the file's is [${location.shape.join(", ")}]`,
    help: "this LoRA was made for another model: use one that was trained on this base model or its fine-tunes",
  });
}

function withoutOnes(shape: Shape): string {
  const last = shape.findLastIndex((size) => size !== 1);
  return shape.slice(0, Math.max(2, last + 1)).join();
}

/** kohya's scripts take the rank for an α of 0. */
function alphaIn(file: string, { name, location }: FoundTensor, rank: number): number {
  const [alpha = NaN, ...more] = readTensorAt(location).data;
  if (more.length > 0 || !Number.isFinite(Number(alpha))) {
    refuse({
      code: "lora-alpha",
      at: { file, part: name },
      message: "the alpha of a layer is one finite number",
      help: "the file is damaged: download it again",
    });
  }
  return Number(alpha) === 0 ? 1 : Number(alpha) / rank;
}

function refuseForeign(file: string, names: readonly string[]): void {
  for (const { name: kind, pattern } of FOREIGN_ADAPTERS) {
    const part = names.find((name) => pattern.test(name));
    if (part === undefined) continue;
    refuse({
      code: "lora-kind",
      at: { file, part },
      message: `this adapter is ${kind}, and only plain LoRA is read: two factors for each layer`,
      help: "use a LoRA or LoCon, or merge the adapter into the model with the program that it was made for",
    });
  }
}

const MOST_NAMED = 3;

function refuseStrangers(file: string, names: readonly string[], total: number, pipeline: string): never {
  const shown = names.slice(0, MOST_NAMED).join(", ") + (names.length > MOST_NAMED ? ", …" : "");
  const isSdxl = names.some((name) => /^lora_te2_|^text_encoder_2\.|transformer_blocks[._][2-9]/.test(name));
  refuse({
    code: "lora-unmatched",
    at: { file, part: names[0] ?? "" },
    message: `${counted(names.length, "tensor")} of ${total} belong to no layer of ${pipeline}: ${shown}`,
    help: isSdxl
      ? "this LoRA was made for Stable Diffusion XL: use one for this base model"
      : "with them left out it would do something else: use a LoRA that was made for this base model",
  });
}

function refuseNothing(file: string): never {
  refuse({
    code: "lora-unmatched",
    at: { file },
    message: "this file holds no tensors, and so changes nothing",
    help: "the file is damaged: download it again",
  });
}
