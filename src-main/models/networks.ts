// The networks by component name, over the parts of a model in any layout.

import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import type { ComponentName } from "../common/network-run.ts";
import type { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Value } from "../compiler/graph.ts";
import { refuseOneSet } from "../weights/two-sets.ts";
import type { WeightMap } from "../weights/weight-map.ts";
import { clipConfig, clipTextConfig } from "./clip/clip-config.ts";
import { clipText } from "./clip/clip-text.ts";
import { clipImageEmbedding, clipLogits, clipTextEmbedding, ownOfClip } from "./clip/clip.ts";
import { controlnetConfig, residualCount } from "./controlnet/controlnet-config.ts";
import { controlnet } from "./controlnet/controlnet.ts";
import { pipelinePath } from "./embedded.ts";
import { folderOfPart, type ModelPart, type PartName, partInFolder, readPartConfig } from "./model-part.ts";
import { motionConfig } from "./motion/motion-config.ts";
import { MODULES, unetMotion } from "./motion/unet-motion.ts";
import { findOnnxModel, openOnnxNetwork } from "./onnx-network.ts";
import { type Adapt, readAll, type Scope } from "./scope.ts";
import { openCheckpoint } from "./single-file/checkpoint.ts";
import { timestepProjection, timestepSinusoid } from "./unet/timestep-embedding.ts";
import { unet2dCondition, type UnetInputs, type UnetOutputs } from "./unet/unet-2d-condition.ts";
import { unetConfig } from "./unet/unet-config.ts";
import { vaeConfig } from "./vae/vae-config.ts";
import { vaeDecoder, vaeEncoder } from "./vae/vae.ts";
import { unet3dCondition } from "./video/unet-3d-condition.ts";
import { unet3dConfig, type Unet3dConfig } from "./video/unet-3d-config.ts";

type Values = Readonly<Record<string, Value>>;

export interface Network {
  readonly component: ComponentName;
  /** The component's folder, or the file that holds the whole model. */
  readonly path: string;
  readonly weights: WeightMap;
  /**
   * Appends the network to `b`. Inputs and outputs have the names that diffusers' and transformers' exports use.
   * @throws Refusal for adapted weights of an export, which has no names for them
   */
  readonly build: (b: GraphBuilder, inputs: Values, adapt?: Adapt) => Values;
}

interface Definition {
  /** The part of a model that it is, and the name of that part's folder inside a pipeline. */
  readonly part: PartName;
  /** Inputs without which there is nothing to compute. */
  readonly inputs: readonly string[];
  /** The tensors of the part that it reads; absent: all. */
  readonly own?: (inputs: Values) => RegExp;
  /** Reads the config now, so that its faults show before anything is loaded. */
  readonly open: (part: ModelPart) => (scope: Scope, inputs: Values) => Values;
}

/** What is one network in one part. The motion modules are no such thing: they need a UNet to move. */
export type PartComponent = Exclude<ComponentName, "motion">;

const definitions: { readonly [C in PartComponent]: Definition } = {
  text_encoder: {
    part: "text_encoder",
    inputs: ["input_ids"],
    // What a text encoder with a projection, or a whole CLIPModel, has besides.
    own: () => /^(?!(text_projection|visual_projection|vision_model)\.|logit_scale$)/,
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
        const steering = residualsOf(inputs, residualCount(config));
        const sample = need(inputs, "sample");
        const deepFeatures = inputs[DEEP_FEATURES];
        return namedOutputs(unet2dCondition(scope, config, { sample, sinusoid, context, ...steering, deepFeatures }));
      };
    },
  },
  controlnet: {
    part: "controlnet",
    inputs: ["sample", "timestep", "encoder_hidden_states", "controlnet_cond"],
    open: (part) => {
      const config = readPartConfig(controlnetConfig, part);
      return (scope, inputs) => {
        const { down, mid } = controlnet(scope, config, {
          sample: need(inputs, "sample"),
          sinusoid: inputs["timestep_sinusoid"] ?? sinusoidOfInput(scope, config, need(inputs, "timestep")),
          context: need(inputs, "encoder_hidden_states"),
          picture: need(inputs, "controlnet_cond"),
          scale: inputs["conditioning_scale"],
        });
        const outputs = down.map((value, i) => [`down_block_res_samples.${i}`, value] as const);
        return { ...Object.fromEntries(outputs), mid_block_res_sample: mid };
      };
    },
  },
  unet3d: {
    part: "unet3d",
    inputs: ["sample", "timestep", "encoder_hidden_states"],
    open: (part) => {
      const config = readPartConfig(unet3dConfig, part);
      return (scope, inputs) =>
        namedOutputs(
          unet3dCondition(scope, config, {
            sample: need(inputs, "sample"),
            sinusoid: inputs["timestep_sinusoid"] ?? sinusoidOfInput(scope, config, need(inputs, "timestep")),
            context: need(inputs, "encoder_hidden_states"),
            fpsSinusoid: config.fps_cond ? fpsSinusoid(scope, config, inputs, part.path) : null,
            deepFeatures: inputs[DEEP_FEATURES],
          }),
        );
    },
  },
  vae_decoder: {
    part: "vae",
    inputs: ["latent_sample"],
    own: () => /^(?!(encoder|quant_conv)\.)/,
    open: (part) => {
      const config = readPartConfig(vaeConfig, part);
      return (scope, inputs) => ({ sample: vaeDecoder(scope, config, need(inputs, "latent_sample")) });
    },
  },
  vae_encoder: {
    part: "vae",
    inputs: ["sample"],
    own: () => /^(?!(decoder|post_quant_conv)\.)/,
    open: (part) => {
      const config = readPartConfig(vaeConfig, part);
      return (scope, inputs) => ({ latent_parameters: vaeEncoder(scope, config, need(inputs, "sample")) });
    },
  },
  reward: {
    part: "reward",
    inputs: [],
    own: ({ input_ids: ids, pixel_values: pixels }) => ownOfClip(ids !== undefined, pixels !== undefined),
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
 * @param ema which of two sets of a UNet's weights, where a path is given
 * @throws Refusal if files are missing or the config asks for an architecture that is not supported
 */
export function openNetwork(model: string | ModelPart, component: PartComponent, ema?: boolean): Network {
  const onnx = findOnnxModel(typeof model === "string" ? pipelinePath(model) : model.path, component);
  if (onnx !== undefined) {
    // An export holds what it was made from.
    if (ema !== undefined) refuseOneSet(onnx);
    return openOnnxNetwork(onnx, component);
  }
  const { part: name, open, own } = definitions[component];
  const part = typeof model === "string" ? findModelPart(pipelinePath(model), name, ema) : model;
  const emit = open(part);
  const weights = part.readWeights();
  return {
    component,
    path: part.path,
    weights,
    build: (b, inputs, adapt) => {
      const reading = { file: part.path, adapt, ...(own === undefined ? {} : { own: own(inputs) }) };
      return readAll(b, weights, reading, (scope) => emit(scope, inputs));
    },
  };
}

/**
 * A UNet with AnimateDiff's motion modules between its layers.
 * @param unet as `openNetwork` takes it; @param motion the modules' folder or file, or an open part
 */
export function openMotionNetwork(unet: string | ModelPart, motion: string | ModelPart): Network {
  const unetPart = typeof unet === "string" ? findModelPart(pipelinePath(unet), "unet") : unet;
  const motionPart = typeof motion === "string" ? findModelPart(resolve(motion), "motion") : motion;
  const config = readPartConfig(unetConfig, unetPart);
  const modules = readPartConfig(motionConfig, motionPart);
  const [weights, motionWeights] = [unetPart.readWeights(), motionPart.readWeights()];
  return {
    component: "motion",
    path: motionPart.path,
    weights: new Map([...weights, ...motionWeights]),
    build: (b, inputs, adapt) =>
      readAll(b, weights, { file: unetPart.path, adapt }, (scope) =>
        readAll(b, motionWeights, { file: motionPart.path, own: MODULES }, (motionScope) => {
          const sinusoid = inputs["timestep_sinusoid"] ?? sinusoidOfInput(scope, config, need(inputs, "timestep"));
          const [sample, context] = [need(inputs, "sample"), need(inputs, "encoder_hidden_states")];
          const place = { scope: motionScope, config: modules, file: motionPart.path };
          const deepFeatures = inputs[DEEP_FEATURES];
          return namedOutputs(unetMotion(scope, config, place, { sample, sinusoid, context, deepFeatures }));
        }),
      ),
  };
}

/** A reward is a model of its own, and never a part of a pipeline. @param path of a pipeline's folder, of the part's own, or of a single file */
export function findModelPart(path: string, name: PartName, ema?: boolean): ModelPart {
  if (name === "reward") return partInFolder(path, name);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return openCheckpoint(path, ema).part(name);
  const inside = join(path, folderOfPart(name));
  return partInFolder(existsSync(inside) ? inside : path, name, ema);
}

export function requiredInputs(component: ComponentName): readonly string[] {
  return definitions[component === "motion" ? "unet" : component].inputs;
}

/** What a UNet may give beside its result, and take from another sampling step in place of its own; exports have none. */
const DEEP_FEATURES = "deep_features";

function namedOutputs({ sample, deepFeatures }: UnetOutputs): Values {
  return { out_sample: sample, [DEEP_FEATURES]: deepFeatures };
}

const RESIDUAL = "down_block_additional_residuals.";

/** What ControlNets add to the skips of a UNet, in the order of the skips. */
function residualsOf(inputs: Values, count: number): Pick<UnetInputs, "residuals"> {
  const mid = inputs["mid_block_additional_residual"];
  if (mid === undefined) return {};
  const given = Object.keys(inputs).filter((name) => name.startsWith(RESIDUAL)).length;
  if (given !== count) {
    refuse({
      code: "controlnet-unet",
      at: { stage: "unet" },
      message: `what steers adds to ${given} places of the UNet, which has ${count}`,
      help: "take a ControlNet that was made for this model, or for one of its family",
    });
  }
  const down = Array.from({ length: count }, (_, i) => need(inputs, `${RESIDUAL}${i}`));
  return { residuals: { down, mid } };
}

/** VideoCrafter's second number besides the timestep. */
function fpsSinusoid(scope: Scope, config: Unet3dConfig, inputs: Values, file: string): Value {
  const { fps, fps_sinusoid: known } = inputs;
  if (known !== undefined) return known;
  if (fps !== undefined) return sinusoidOfInput(scope, config, fps);
  return refuse({
    code: "input-missing",
    at: { file, part: "fps" },
    message: "this network is told how many frames a second has, and the input fps is not given",
    help: "VideoCrafter2 was made for 28",
  });
}

/** The timestep may be a scalar or one for each sample, of any number type. */
function sinusoidOfInput(scope: Scope, config: Parameters<typeof timestepProjection>[0], timestep: Value): Value {
  const { b } = scope;
  const times = b.reshape(b.cast(timestep, "float32"), [timestep.shape[0] ?? 1]);
  return timestepSinusoid(scope, times, timestepProjection(config));
}

function textInputs(inputs: Values) {
  const { attention_mask: attentionMask, word_vectors: wordVectors, is_word_vector: isWordVector } = inputs;
  return {
    inputIds: need(inputs, "input_ids"),
    ...(attentionMask === undefined ? {} : { attentionMask }),
    ...(wordVectors === undefined ? {} : { wordVectors }),
    ...(isWordVector === undefined ? {} : { isWordVector }),
  };
}

function need(inputs: Values, name: string): Value {
  const value = inputs[name];
  if (value === undefined) throw new Error(`the network was built without its input ${name}`);
  return value;
}
