// Writes a text encoder of which some weights are others than in its files: as a folder that transformers and diffusers read.

import { join } from "node:path";
import type { FloatTensor } from "../../common/tensor.ts";
import { makeFolder, writeFileAtomically } from "../../weights/atomic-write.ts";
import { patchedTensor } from "../../weights/copied-tensor.ts";
import { writeTensors } from "../../weights/safetensors-writer.ts";
import type { WeightMap } from "../../weights/weight-map.ts";
import { clipTextTable } from "./clip-config.ts";

export interface ChangedNetwork {
  /** By the names that the network uses, as its files have them. */
  readonly weights: WeightMap;
  /** By the same names: what stands in the place of some. */
  readonly changed: Readonly<Record<string, FloatTensor>>;
  /** What the file tells of itself. */
  readonly about: Readonly<Record<string, string>>;
}

/** @param config the content of config.json, as the encoder's own files have it. @throws Refusal if the folder cannot be written */
export function writeTextEncoder(
  folder: string,
  config: Readonly<Record<string, unknown>>,
  { weights, changed, about }: ChangedNetwork,
): void {
  makeFolder(folder);
  // All of it in one precision: readers take the type of the whole from the config.
  const tensors = [...weights].map(([name, location]) => {
    const own = changed[name];
    return patchedTensor(`${PREFIX}${name}`, location, own === undefined ? [] : [{ from: 0, data: own.data }]);
  });
  writeTensors(join(folder, "model.safetensors"), tensors, { format: "pt", ...about });
  const told = {
    ...pick(config, KEPT),
    architectures: ["CLIPTextModel"],
    model_type: "clip_text_model",
    torch_dtype: "float32",
  };
  writeFileAtomically(join(folder, "config.json"), `${JSON.stringify(told, null, 2)}\n`);
}

/**
 * What the network is made by, and which ids its tokenizer has. The rest of a config is about training; and of some of its numbers, such as
 * 1.0, transformers wants to read that they are no whole ones, which JSON does not keep.
 */
const KEPT = [...Object.keys(clipTextTable.used), "bos_token_id", "pad_token_id", "projection_dim"];

function pick(config: Readonly<Record<string, unknown>>, keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(config, key) ? [[key, config[key]]] : [])));
}

/** transformers leaves it out from 5.6 on, and reads files that have it. */
const PREFIX = "text_model.";
