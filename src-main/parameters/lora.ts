// A LoRA that is learned: two small factors beside each weight that it changes, A at random and B zero, so that at first nothing changes
// (Hu et al. 2021, arXiv:2106.09685).

import { basename } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import { targetsIn } from "../models/lora/lora-targets.ts";
import { type LoraPart, modulePaths, weightOf } from "../models/lora/module-names.ts";
import { type LoraChange, readLora } from "../models/lora/read-lora.ts";
import { type LoraNaming, writeLora } from "../models/lora/write-lora.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { factorShapes, factorsOf, factorsToGoOnFrom, initialFactors, type LoraLayer } from "./lora-factors.ts";
import type { ParameterKind, ParameterTensors } from "./parameter-kind.ts";

export interface LoraSettings {
  readonly part: LoraPart;
  readonly rank: number;
  /** B·A is added α / rank times. */
  readonly alpha: number;
  /** Groups of layers, or patterns of their paths, see `targetsIn`. */
  readonly targets: readonly string[];
  /** Of A. */
  readonly seed: number;
  /** A LoRA of the same layers and rank to go on from; absent: a new one. */
  readonly start?: string | undefined;
  /** Of the tensors in its file. */
  readonly naming: LoraNaming;
}

export const loraKind: ParameterKind<LoraSettings> = {
  name: "LoRA",
  shapes: (pipeline, settings) => factorShapes(layersOf(pipeline, settings), settings.rank),
  async initial(pipeline, settings) {
    const { start, seed } = settings;
    if (start !== undefined) return readStart(pipeline, settings, start);
    return initialFactors(layersOf(pipeline, settings), settings.rank, seed);
  },
  /** Safetensors under kohya's names or those of diffusers. */
  async saver(pipeline, _host, settings) {
    const { part, rank, alpha, naming } = settings;
    const layers = layersOf(pipeline, settings);
    return (file, tensors, { createdWith, program }) => {
      const changes = layers.map(({ path }) => ({ part, path, ...factorsOf(tensors, { path }) }));
      const about = { "reneg-studio": JSON.stringify({ createdWith, base: pipeline.name, program }) };
      writeLora(file, { changes, rank, alpha }, { naming, about });
    };
  },
};

function layersOf(pipeline: Pipeline, { part, targets }: LoraSettings): LoraLayer[] {
  const { weights } = part === "unet" ? pipeline.unet : pipeline.textEncoder;
  return targetsIn(part, targets, modulePaths(weights)).map((path) => ({
    path,
    weight: weights.get(weightOf({ path }))?.shape ?? [],
  }));
}

function readStart(pipeline: Pipeline, settings: LoraSettings, start: string): ParameterTensors {
  const changes = readLora(start, pipeline).changes[settings.part];
  const layers = layersOf(pipeline, settings);
  const wanted = new Set(layers.map(weightOf));
  const other = [...changes].find(([name, { down }]) => !wanted.has(name) || down.shape[0] !== settings.rank);
  const missing = layers.find((layer) => !changes.has(weightOf(layer)));
  if (other !== undefined || missing !== undefined) {
    const found = other === undefined ? `has nothing for ${missing?.path ?? ""}` : describeOther(other, wanted);
    return refuse({
      code: "lora-start",
      at: { file: start },
      message: `${basename(start)} ${found}`,
      help: "give the LoRA that is trained the layers and the rank of the one that it goes on from",
    });
  }
  return factorsToGoOnFrom(layers, changes, settings);
}

function describeOther([name, { down }]: readonly [string, LoraChange], wanted: ReadonlySet<string>): string {
  return wanted.has(name) ? `has the rank ${down.shape[0]} at ${name}` : `changes ${name}, which is not to be trained`;
}
