// The weights of one component of a model folder (unet/, vae/, text_encoder/, a CLIPModel), whole or in shards.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { type Diagnostic, Refusal, refuse } from "../common/diagnostic.ts";
import { readWeights } from "./read-weights.ts";
import type { WeightLocation, WeightMap } from "./weight-map.ts";

/** The names diffusers and transformers write: safetensors before PyTorch's own, whole precision before half, one file before shards. */
const CANDIDATES = [
  { stems: ["diffusion_pytorch_model", "model"], extension: "safetensors" },
  { stems: ["diffusion_pytorch_model", "pytorch_model"], extension: "bin" },
].flatMap(({ stems, extension }) =>
  ["", ".fp16"].flatMap((variant) =>
    stems.flatMap((stem) => [
      `${stem}${variant}.${extension}`,
      `${stem}.${extension}.index${variant}.json`,
      // An older spelling of the same index.
      ...(variant === "" ? [] : [`${stem}${variant}.${extension}.index.json`]),
    ]),
  ),
);

const USUAL = CANDIDATES.filter((name) => !name.endsWith(".json"));

/** Where every tensor of the component in `folder` lies. A missing, incomplete or escaping file is refused. */
export function readComponentWeights(folder: string): WeightMap {
  const present = listFolder(folder);
  const found = CANDIDATES.find((name) => present.includes(name));
  if (found === undefined) return refuseMissingWeights(folder, present);
  const file = join(folder, found);
  return found.endsWith(".json") ? readShards(folder, file) : readWeights(file);
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

function readShards(folder: string, indexFile: string): WeightMap {
  const placement = Object.entries(readIndex(indexFile));
  const shards = new Map<string, WeightMap>();
  for (const shard of new Set(placement.map(([, name]) => name))) {
    shards.set(shard, readWeights(shardPath(folder, indexFile, shard)));
  }

  const faults: Diagnostic[] = [];
  const located = placement.flatMap(([name, shard]): [string, WeightLocation][] => {
    const location = shards.get(shard)?.get(name);
    if (location !== undefined) return [[name, location]];
    faults.push({
      severity: "error",
      code: "shard-without-tensor",
      at: { file: join(folder, shard), part: name },
      message: `the index ${basename(indexFile)} places this tensor here, but the file does not hold it`,
      help: "index and shards are of different downloads: download the folder again",
    });
    return [];
  });
  if (faults.length > 0) throw new Refusal(faults.slice(0, 8));
  return new Map(located);
}

function readIndex(indexFile: string): Readonly<Record<string, string>> {
  try {
    return indexSchema.parse(JSON.parse(readFileSync(indexFile, "utf8"))).weight_map;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    return refuse({
      code: "shard-index",
      at: { file: indexFile },
      message: 'this is not an index of shards: it needs a "weight_map" from tensor names to file names',
      help: "download the file again",
    });
  }
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

function refuseMissingWeights(folder: string, present: readonly string[]): never {
  const shown = present.slice(0, 12).join(", ") + (present.length > 12 ? ", …" : "");
  refuse({
    code: "component-weights-missing",
    at: { file: folder },
    message: `no weights here: looked for ${USUAL.join(", ")} and their shards; found ${shown || "an empty folder"}`,
    help: "download the weights of this component too, or choose the folder that holds them",
  });
}
