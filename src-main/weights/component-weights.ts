// The weights of one component of a model folder (unet/, vae/, text_encoder/, a CLIPModel), whole or in shards.

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { type Diagnostic, Refusal, refuse } from "../common/diagnostic.ts";
import { readJson } from "./json-file.ts";
import { readNamedWeights, readWeights } from "./read-weights.ts";
import { refuseOneSet } from "./two-sets.ts";
import { unwrapNames } from "./unwrap-names.ts";
import type { WeightLocation, WeightMap } from "./weight-map.ts";

/** Stable Diffusion 1.5 was published with a second set of weights: those as trained, where the others are running means (EMA). */
const NON_EMA = ".non_ema";

/** The names diffusers and transformers write: safetensors before PyTorch's own, one file before shards. */
function namesOf(variants: readonly string[]): readonly string[] {
  return [
    { stems: ["diffusion_pytorch_model", "model"], extension: "safetensors" },
    { stems: ["diffusion_pytorch_model", "pytorch_model"], extension: "bin" },
  ].flatMap(({ stems, extension }) =>
    variants.flatMap((variant) =>
      stems.flatMap((stem) => [
        `${stem}${variant}.${extension}`,
        `${stem}.${extension}.index${variant}.json`,
        // An older spelling of the same index.
        ...(variant === "" ? [] : [`${stem}${variant}.${extension}.index.json`]),
      ]),
    ),
  );
}

/** Whole precision before half; a second set only where it is the only one. */
const CANDIDATES = [...namesOf(["", ".fp16", ".bf16"]), ...namesOf([NON_EMA])];
const AS_TRAINED = namesOf([NON_EMA]);

/**
 * Where every tensor of the component in `folder` lies. A missing, incomplete or escaping file is refused.
 * @param ema which of two sets; refused where there is only one
 */
export function readComponentWeights(folder: string, ema?: boolean): WeightMap {
  const { taken } = chooseWeights(folder, ema);
  const file = join(folder, taken);
  return taken.endsWith(".json") ? readShards(folder, file) : readWeights(file);
}

export interface ChosenWeights {
  /** A file of weights, or the index of its shards. */
  readonly taken: string;
  /** Other weights of the component in the folder, which are not read. */
  readonly others: readonly string[];
}

/** @throws Refusal if there are no weights, or one set where a choice of two is asked for */
export function chooseWeights(folder: string, ema?: boolean): ChosenWeights {
  const present = listFolder(folder);
  if (ema !== undefined && !holdsTwoSets(folder)) refuseOneSet(folder);
  const wanted = ema === false ? AS_TRAINED : CANDIDATES;
  const taken = wanted.find((name) => present.includes(name));
  if (taken === undefined) return refuseMissingWeights(folder, present);
  return { taken, others: present.filter((name) => name !== taken && CANDIDATES.includes(name)) };
}

/** Running means (EMA), which are used unless others are asked for, and beside them the weights as trained. */
export function holdsTwoSets(folder: string): boolean {
  const present = listFolder(folder).filter((name) => CANDIDATES.includes(name));
  return present.some((name) => AS_TRAINED.includes(name)) && present.some((name) => !AS_TRAINED.includes(name));
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Every tensor of every shard, as diffusers and transformers read them; the index tells which shards there are, and what must lie in each. */
function readShards(folder: string, indexFile: string): WeightMap {
  const placement = Object.entries(readIndex(indexFile));
  const all = new Map<string, WeightLocation>();
  const shards = new Map<string, WeightMap>();
  for (const shard of new Set(placement.map(([, name]) => name))) {
    const tensors = readNamedWeights(shardPath(folder, indexFile, shard));
    shards.set(shard, tensors);
    for (const [name, location] of tensors) all.set(name, location);
  }

  const faults: Diagnostic[] = [];
  for (const [name, shard] of placement) {
    const location = shards.get(shard)?.get(name);
    if (location !== undefined) {
      // Where several shards hold one of the same name.
      all.set(name, location);
      continue;
    }
    faults.push({
      severity: "error",
      code: "shard-without-tensor",
      at: { file: join(folder, shard), part: name },
      message: `the index ${basename(indexFile)} places this tensor here, but the file does not hold it`,
      help: "index and shards are of different downloads: download the folder again",
    });
    if (faults.length === MOST_FAULTS) break;
  }
  if (faults.length > 0) throw new Refusal(faults);
  return unwrapNames(all, folder);
}

/** A wrong download lacks thousands of tensors. */
const MOST_FAULTS = 8;

function readIndex(indexFile: string): Readonly<Record<string, string>> {
  const index = indexSchema.safeParse(readJson(indexFile));
  if (index.success) return index.data.weight_map;
  return refuse({
    code: "shard-index",
    at: { file: indexFile },
    message: 'this is not an index of shards: it needs a "weight_map" from tensor names to file names',
    help: "download the file again",
  });
}

/** Shards lie beside their index; a name that leads anywhere else is an attack or a mistake. */
function shardPath(folder: string, indexFile: string, shard: string): string {
  // The index of a file's kind names files of that kind.
  const extension = indexFile.includes(".bin.index.") ? ".bin" : ".safetensors";
  if (/[/\\:]/.test(shard) || !shard.endsWith(extension)) {
    refuse({
      code: "shard-outside-folder",
      at: { file: indexFile, part: shard },
      message: `a shard must be a ${extension} file in the folder of the index`,
      help: "do not use this model folder unless you trust where it came from",
    });
  }
  const file = join(folder, shard);
  if (!existsSync(file)) {
    refuse({
      code: "shard-missing",
      at: { file },
      message: `this file is missing, though ${basename(indexFile)} names it`,
      help: "download the missing shard",
    });
  }
  return file;
}

function listFolder(folder: string): readonly string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    refuse({
      code: "component-folder-missing",
      at: { file: folder },
      message: "there is no folder of this name",
      help: "give the folder of one component, such as unet/ of a diffusers model",
    });
  }
  return readdirSync(folder);
}

/** What lies there in place of weights, and what to do. */
const NEAR_MISSES: readonly { readonly pattern: RegExp; readonly message: string; readonly help: string }[] = [
  {
    pattern: /\.(incomplete|part|crdownload|download|aria2|tmp)$/,
    message: "the download of the weights is not complete",
    help: "wait until it is, or download them again",
  },
  {
    pattern: /-\d{5}-of-\d{5}\.(safetensors|bin)$/,
    message: "the weights are in shards, but their index is missing, which says what lies in which",
    help: "download the file whose name ends in .index.json too",
  },
  {
    pattern: /\.(msgpack|h5)$|^flax_|^tf_/,
    message: "the weights are there for Flax or TensorFlow only",
    help: "download the .safetensors or .bin files of the same model",
  },
];

function refuseMissingWeights(folder: string, present: readonly string[]): never {
  const [near, found] =
    NEAR_MISSES.map(({ pattern, ...miss }) => [miss, present.find((name) => pattern.test(name))] as const).find(
      ([, name]) => name !== undefined,
    ) ?? [];
  const shown = present.slice(0, 12).join(", ") + (present.length > 12 ? ", …" : "");
  const at = { file: found === undefined ? folder : join(folder, found) };
  refuse({
    code: "component-weights-missing",
    at,
    message:
      near?.message ??
      `no weights here: looked for diffusion_pytorch_model and model as .safetensors, whole or in shards, also in fp16, and for the same as .bin; found ${shown || "an empty folder"}`,
    help: near?.help ?? "download the weights of this component too, or choose the folder that holds them",
  });
}
