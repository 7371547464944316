// The networks by component name, over the parts of a model in any layout.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ComponentName } from "../common/network-run.ts";
import type { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Value } from "../compiler/graph.ts";
import type { WeightMap } from "../weights/weight-map.ts";
import { clipConfig, clipTextConfig } from "./clip/clip-config.ts";
import { clipText } from "./clip/clip-text.ts";
import { clipImageEmbedding, clipLogits, clipTextEmbedding } from "./clip/clip.ts";
import { pipelinePath } from "./embedded.ts";
import { type ModelPart, type PartName, partInFolder, readPartConfig } from "./model-part.ts";
import { findOnnxModel, openOnnxNetwork } from "./onnx-network.ts";
import { rootScope, type Scope } from "./scope.ts";
import { openCheckpoint } from "./single-file/checkpoint.ts";
import { timestepProjection, timestepSinusoid } from "./unet/timestep-embedding.ts";
import { unet2dCondition } from "./unet/unet-2d-condition.ts";
import { unetConfig, type UnetConfig } from "./unet/unet-config.ts";
import { vaeConfig } from "./vae/vae-config.ts";
import { vaeDecoder, vaeEncoder } from "./vae/vae.ts";

type Values = Readonly<Record<string, Value>>;

export interface Network {
  readonly component: ComponentName;
  /** The component's folder, or the file that holds the whole model. */
  readonly path: string;
  readonly weights: WeightMap;
  /** Appends the network to `b`. Inputs and outputs have the names that diffusers' and transformers' exports use. */
  readonly build: (b: GraphBuilder, inputs: Values) => Values;
}

interface Definition {
  /** The part of a model that it is, and the name of that part's folder inside a pipeline. */
  readonly part: PartName;
  /** Inputs without which there is nothing to compute. */
  readonly inputs: readonly string[];
  /** Reads the config now, so that its faults show before anything is loaded. */
  readonly open: (part: ModelPart) => (scope: Scope, inputs: Values) => Values;
}

const definitions: { readonly [C in ComponentName]: Definition } = {
  text_encoder: {
    part: "text_encoder",
    inputs: ["input_ids"],
    open: (part) => {
      const config = readPartConfig(clipTextConfig, part);
      return (scope, inputs) => {
        const { lastHiddenState, poolerOutput } = clipText(scope, config, textInputs(inputs));
        return { last_hidden_state: lastHiddenState, pooler_output: poolerOutput };
      };
    },
  },
  unet: {
    part: "unet",
    inputs: ["sample", "timestep", "encoder_hidden_states"],
    open: (part) => {
      const config = readPartConfig(unetConfig, part);
      return (scope, inputs) => {
        // A caller that runs on a GPU computes the sinusoid itself, where sines are exact.
        const sinusoid = inputs["timestep_sinusoid"] ?? sinusoidOfInput(scope, config, need(inputs, "timestep"));
        const context = need(inputs, "encoder_hidden_states");
        return { out_sample: unet2dCondition(scope, config, { sample: need(inputs, "sample"), sinusoid, context }) };
      };
    },
  },
  vae_decoder: {
    part: "vae",
    inputs: ["latent_sample"],
    open: (part) => {
      const config = readPartConfig(vaeConfig, part);
      return (scope, inputs) => ({ sample: vaeDecoder(scope, config, need(inputs, "latent_sample")) });
    },
  },
  vae_encoder: {
    part: "vae",
    inputs: ["sample"],
    open: (part) => {
      const config = readPartConfig(vaeConfig, part);
      return (scope, inputs) => ({ latent_parameters: vaeEncoder(scope, config, need(inputs, "sample")) });
    },
  },
  reward: {
    part: "reward",
    inputs: [],
    open: (part) => {
      const config = readPartConfig(clipConfig, part);
      return (scope, inputs) => {
        const { input_ids: ids, pixel_values: pixels } = inputs;
        const text = ids === undefined ? undefined : clipTextEmbedding(scope, config, textInputs(inputs));
        const image = pixels === undefined ? undefined : clipImageEmbedding(scope, config, pixels);
        return {
          ...(text === undefined ? {} : { text_embeds: text }),
          ...(image === undefined ? {} : { image_embeds: image }),
          ...(text === undefined || image === undefined ? {} : { logits_per_image: clipLogits(scope, image, text) }),
        };
      };
    },
  },
};

/**
 * @param model a part that is open already; or a path: of a pipeline's folder, of the component's own, or of a single file
 * @throws Refusal if files are missing or the config asks for an architecture that is not supported
 */
export function openNetwork(model: string | ModelPart, component: ComponentName): Network {
  const onnx = findOnnxModel(typeof model === "string" ? pipelinePath(model) : model.path, component);
  if (onnx !== undefined) return openOnnxNetwork(onnx, component);
  const { part: name, open } = definitions[component];
  const part = typeof model === "string" ? findModelPart(pipelinePath(model), name) : model;
  const emit = open(part);
  const weights = part.readWeights();
  return {
    component,
    path: part.path,
    weights,
    build: (b, inputs) => emit(rootScope(b, weights, part.path), inputs),
  };
}

/** A reward is a model of its own, and never a part of a pipeline. */
function findModelPart(path: string, name: PartName): ModelPart {
  if (name === "reward") return partInFolder(path, name);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return openCheckpoint(path).part(name);
  const inside = join(path, name);
  return partInFolder(existsSync(inside) ? inside : path, name);
}

export function requiredInputs(component: ComponentName): readonly string[] {
  return definitions[component].inputs;
}

/** The timestep may be a scalar or one for each sample, of any number type. */
function sinusoidOfInput(scope: Scope, config: UnetConfig, timestep: Value): Value {
  const { b } = scope;
  const times = b.reshape(b.cast(timestep, "float32"), [timestep.shape[0] ?? 1]);
  return timestepSinusoid(scope, times, timestepProjection(config));
}

function textInputs(inputs: Values) {
  const { attention_mask: attentionMask, word_vectors: wordVectors } = inputs;
  return {
    inputIds: need(inputs, "input_ids"),
    ...(attentionMask === undefined ? {} : { attentionMask }),
    ...(wordVectors === undefined ? {} : { wordVectors }),
  };
}

function need(inputs: Values, name: string): Value {
  const value = inputs[name];
  if (value === undefined) throw new Error(`the network was built without its input ${name}`);
  return value;
}
