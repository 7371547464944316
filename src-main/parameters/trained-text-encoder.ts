// A text encoder that is learned: all of its weights, or those of its last layers and of the norm behind them.

import { statSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import { counted } from "../common/counted.ts";
import { refuse } from "../common/diagnostic.ts";
import { floatTensor } from "../common/tensor.ts";
import { type ChangedNetwork, writeTextEncoder } from "../models/clip/write-text-encoder.ts";
import { findModelPart } from "../models/networks.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { writeCheckpoint } from "../models/single-file/write-checkpoint.ts";
import { floatsAt } from "../weights/read-tensor.ts";
import type { WeightMap } from "../weights/weight-map.ts";
import type { ParameterKind } from "./parameter-kind.ts";

export interface TrainedTextEncoderSettings {
  /** The last so many; absent: all that the encoder has, with its tables of words and places. */
  readonly layers?: number | undefined;
  /** `transformers`: a folder with config.json and model.safetensors. `checkpoint`: the single file of the model, with these weights in it. */
  readonly form: "transformers" | "checkpoint";
}

export const trainedTextEncoderKind: ParameterKind<TrainedTextEncoderSettings> = {
  name: "text encoder",
  shapes: (pipeline, { layers }) =>
    Object.fromEntries([...trainedWeights(pipeline, layers)].map(([name, { shape }]) => [name, shape])),
  initial: async (pipeline, { layers }) =>
    Object.fromEntries(
      [...trainedWeights(pipeline, layers)].map(([name, location]) => [
        name,
        floatTensor(location.shape, floatsAt(location)),
      ]),
    ),
  async saver(pipeline, _host, { form }) {
    const { name: base, textEncoder } = pipeline;
    const weights = networkWeights(pipeline);
    const write = form === "checkpoint" ? checkpointWriter(pipeline) : folderWriter(textEncoder.path);
    return (file, changed, { createdWith, program, steps }) => {
      const about = { "reneg-studio": JSON.stringify({ createdWith, base, steps, program }) };
      write(file, { weights, changed, about });
    };
  },
};

/** What the network reads, of all that its files hold. */
const OWN = /^(embeddings\.(token|position)_embedding|encoder\.layers\.\d+|final_layer_norm)\./;
const LAYER = /^encoder\.layers\.(\d+)\./;

function networkWeights({ textEncoder }: Pipeline): WeightMap {
  return new Map([...textEncoder.weights].filter(([name]) => OWN.test(name)));
}

/** @throws Refusal for more layers than there are, and for an encoder that was exported, whose weights have lost their names */
function trainedWeights(pipeline: Pipeline, layers: number | undefined): WeightMap {
  const weights = networkWeights(pipeline);
  const count = Math.max(0, ...[...weights.keys()].map((name) => Number(LAYER.exec(name)?.[1] ?? -1) + 1));
  if (count === 0) {
    refuse({
      code: "encoder-exported",
      at: { file: pipeline.textEncoder.path },
      message: `the text encoder of ${pipeline.name} is an ONNX export, whose weights cannot be trained`,
      help: "use the same model as safetensors",
    });
  }
  if (layers === undefined) return weights;
  if (layers > count) {
    refuse({
      code: "encoder-layers",
      at: { param: "layers" },
      message: `the text encoder of ${pipeline.name} has ${counted(count, "layer")}, of which the last ${layers} cannot be taken`,
      help: `train ${count} or fewer, or the whole encoder`,
    });
  }
  const isLate = (name: string): boolean => Number(LAYER.exec(name)?.[1] ?? -1) >= count - layers;
  return new Map([...weights].filter(([name]) => isLate(name) || name.startsWith("final_layer_norm.")));
}

type Write = (place: string, network: ChangedNetwork) => void;

function folderWriter(path: string): Write {
  const config = textConfig.parse(findModelPart(path, "text_encoder").readConfig());
  return (folder, network) => writeTextEncoder(folder, config, network);
}

const fields = z.record(z.string(), z.unknown());
/** Of a whole CLIPModel, its text tower's. */
const textConfig = fields.transform((config) => {
  const tower = fields.safeParse(config["text_config"]);
  return tower.success ? tower.data : config;
});

/** @throws Refusal for a model that is no single file */
function checkpointWriter({ name, textEncoder: { path } }: Pipeline): Write {
  if (statSync(path).isFile()) return (file, network) => writeCheckpoint(file, path, network);
  return refuse({
    code: "encoder-form",
    at: { param: "form" },
    message: `${name} is a folder, and its text encoder lies in ${basename(path)}/: there is no single file to put it into`,
    help: "save it as a transformers folder",
  });
}
