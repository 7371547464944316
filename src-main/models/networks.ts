// The networks by component name, over files in the layouts of diffusers and transformers.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ComponentName } from "../common/network-run.ts";
import type { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Value } from "../compiler/graph.ts";
import { readComponentWeights } from "../weights/component-weights.ts";
import type { WeightMap } from "../weights/weight-map.ts";
import { clipConfig, clipTextConfig } from "./clip/clip-config.ts";
import { clipText } from "./clip/clip-text.ts";
import { clipImageEmbedding, clipLogits, clipTextEmbedding } from "./clip/clip.ts";
import { readConfig } from "./parse-config.ts";
import { rootScope, type Scope } from "./scope.ts";
import { timestepProjection, timestepSinusoid } from "./unet/timestep-embedding.ts";
import { unet2dCondition } from "./unet/unet-2d-condition.ts";
import { unetConfig, type UnetConfig } from "./unet/unet-config.ts";
import { vaeConfig } from "./vae/vae-config.ts";
import { vaeDecoder, vaeEncoder } from "./vae/vae.ts";

type Values = Readonly<Record<string, Value>>;

export interface Network {
  readonly component: ComponentName;
  readonly folder: string;
  readonly weights: WeightMap;
  /** Appends the network to `b`. Inputs and outputs have the names that diffusers' and transformers' exports use. */
  readonly build: (b: GraphBuilder, inputs: Values) => Values;
}

interface Definition {
  /** The component's folder inside a pipeline; a reward is a folder of its own. */
  readonly subfolder: string | null;
  /** Inputs without which there is nothing to compute. */
  readonly inputs: readonly string[];
  /** Reads the config now, so that its faults show before anything is loaded. */
  readonly open: (folder: string) => (scope: Scope, inputs: Values) => Values;
}

const definitions: { readonly [C in ComponentName]: Definition } = {
  text_encoder: {
    subfolder: "text_encoder",
    inputs: ["input_ids"],
    open: (folder) => {
      const config = readConfig(clipTextConfig, folder);
      return (scope, inputs) => {
        const { lastHiddenState, poolerOutput } = clipText(scope, config, textInputs(inputs));
        return { last_hidden_state: lastHiddenState, pooler_output: poolerOutput };
      };
    },
  },
  unet: {
    subfolder: "unet",
    inputs: ["sample", "timestep", "encoder_hidden_states"],
    open: (folder) => {
      const config = readConfig(unetConfig, folder);
      return (scope, inputs) => {
        // A caller that runs on a GPU computes the sinusoid itself, where sines are exact.
        const sinusoid = inputs["timestep_sinusoid"] ?? sinusoidOfInput(scope, config, need(inputs, "timestep"));
        const context = need(inputs, "encoder_hidden_states");
        return { out_sample: unet2dCondition(scope, config, { sample: need(inputs, "sample"), sinusoid, context }) };
      };
    },
  },
  vae_decoder: {
    subfolder: "vae",
    inputs: ["latent_sample"],
    open: (folder) => {
      const config = readConfig(vaeConfig, folder);
      return (scope, inputs) => ({ sample: vaeDecoder(scope, config, need(inputs, "latent_sample")) });
    },
  },
  vae_encoder: {
    subfolder: "vae",
    inputs: ["sample"],
    open: (folder) => {
      const config = readConfig(vaeConfig, folder);
      return (scope, inputs) => ({ latent_parameters: vaeEncoder(scope, config, need(inputs, "sample")) });
    },
  },
  reward: {
    subfolder: null,
    inputs: [],
    open: (folder) => {
      const config = readConfig(clipConfig, folder);
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
 * @param path a pipeline's folder, or the component's own
 * @throws Refusal if files are missing or the config asks for an architecture that is not supported
 */
export function openNetwork(path: string, component: ComponentName): Network {
  const { subfolder, open } = definitions[component];
  const inPipeline = subfolder === null ? null : join(resolve(path), subfolder);
  const folder = inPipeline !== null && existsSync(inPipeline) ? inPipeline : resolve(path);
  const emit = open(folder);
  const weights = readComponentWeights(folder);
  return {
    component,
    folder,
    weights,
    build: (b, inputs) => emit(rootScope(b, weights, folder), inputs),
  };
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
  const { attention_mask: attentionMask } = inputs;
  const inputIds = need(inputs, "input_ids");
  return attentionMask === undefined ? { inputIds } : { inputIds, attentionMask };
}

function need(inputs: Values, name: string): Value {
  const value = inputs[name];
  if (value === undefined) throw new Error(`the network was built without its input ${name}`);
  return value;
}
