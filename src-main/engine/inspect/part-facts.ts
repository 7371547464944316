// The networks of a pipeline: what their configs say, and whether the weights are those that the config calls for.

import { clipTextConfig } from "../../models/clip/clip-config.ts";
import { controlnetConfig, residualCount } from "../../models/controlnet/controlnet-config.ts";
import { embeddingSpaceOf } from "../../models/embedding-space.ts";
import { readPartConfig, type ModelPart } from "../../models/model-part.ts";
import { motionConfig } from "../../models/motion/motion-config.ts";
import { unetConfig } from "../../models/unet/unet-config.ts";
import { vaeConfig, vaeFactor } from "../../models/vae/vae-config.ts";
import { unet3dConfig } from "../../models/video/unet-3d-config.ts";
import type { LaidOutPart } from "../../weights/layouts/index.ts";
import type { WeightMap } from "../../weights/weight-map.ts";
import { checkMotion, checkNetwork } from "./check-network.ts";
import { type Description, fact } from "./kind.ts";
import { weightFacts } from "./weight-facts.ts";

export interface ComponentDescription extends Description {
  readonly weights?: WeightMap;
}

export const describePart: { readonly [P in LaidOutPart]: (part: ModelPart) => ComponentDescription } = {
  text_encoder: describeTextEncoder,
  unet: describeUnet,
  vae: describeVae,
  controlnet: describeControlnet,
  unet3d: describeUnet3d,
  motion: describeMotion,
};

function describeTextEncoder(part: ModelPart): ComponentDescription {
  const config = readPartConfig(clipTextConfig, part);
  const { max_position_embeddings: tokens } = config;
  const weights = checkNetwork(part, "text_encoder", { input_ids: ["int64", [1, tokens]] });
  return {
    weights,
    space: embeddingSpaceOf(config, weights).id,
    facts: [
      fact("layers", `${config.num_hidden_layers} of width ${config.hidden_size}, ${config.num_attention_heads} heads`),
      fact("tokens", `${tokens}, from a vocabulary of ${config.vocab_size}`),
      fact("activation", config.hidden_act),
      ...weightFacts(weights),
    ],
  };
}

function describeUnet(part: ModelPart): ComponentDescription {
  const config = readPartConfig(unetConfig, part);
  // The smallest latents that can be halved at every level.
  const side = 2 ** (config.block_out_channels.length - 1);
  const weights = checkNetwork(part, "unet", {
    sample: ["float32", [1, config.in_channels, side, side]],
    timestep: ["int64", [1]],
    encoder_hidden_states: ["float32", [1, 1, config.cross_attention_dim]],
  });
  return {
    weights,
    facts: [
      fact("latent channels", `${config.in_channels} in, ${config.out_channels} out`),
      fact("channels", config.block_out_channels.join(", ")),
      fact("blocks per level", config.layers_per_block.join(", ")),
      fact(
        "attention",
        config.down_block_types.map((type) => (type.startsWith("CrossAttn") ? "yes" : "no")).join(", "),
      ),
      fact("heads", config.heads.join(", ")),
      fact("text width", config.cross_attention_dim),
      ...weightFacts(weights),
    ],
  };
}

function describeControlnet(part: ModelPart): ComponentDescription {
  const config = readPartConfig(controlnetConfig, part);
  const side = 2 ** (config.block_out_channels.length - 1);
  const factor = 2 ** (config.conditioning_embedding_out_channels.length - 1);
  const weights = checkNetwork(part, "controlnet", {
    sample: ["float32", [1, config.in_channels, side, side]],
    timestep: ["int64", [1]],
    encoder_hidden_states: ["float32", [1, 1, config.cross_attention_dim]],
    controlnet_cond: ["float32", [1, config.conditioning_channels, side * factor, side * factor]],
  });
  return {
    weights,
    facts: [
      fact("channels", config.block_out_channels.join(", ")),
      fact("residuals", `${residualCount(config)} for the skips, 1 for the middle`),
      fact("heads", config.heads.join(", ")),
      fact("text width", config.cross_attention_dim),
      ...weightFacts(weights),
    ],
  };
}

function describeUnet3d(part: ModelPart): ComponentDescription {
  const config = readPartConfig(unet3dConfig, part);
  const side = 2 ** (config.block_out_channels.length - 1);
  const weights = checkNetwork(part, "unet3d", {
    sample: ["float32", [1, config.in_channels, 2, side, side]],
    timestep: ["int64", [1]],
    encoder_hidden_states: ["float32", [1, 1, config.cross_attention_dim]],
    fps: ["int64", [1]],
  });
  return {
    weights,
    facts: [
      fact("latent channels", `${config.in_channels} in, ${config.out_channels} out`),
      fact("channels", config.block_out_channels.join(", ")),
      fact("heads", config.heads.join(", ")),
      fact("text width", config.cross_attention_dim),
      ...(config.fps_cond ? [fact("also told", "frames a second (VideoCrafter)")] : []),
      ...weightFacts(weights),
    ],
  };
}

function describeMotion(part: ModelPart): ComponentDescription {
  const config = readPartConfig(motionConfig, part);
  const weights = checkMotion(part, config);
  return {
    weights,
    facts: [
      fact(
        "AnimateDiff",
        config.use_motion_mid_block ? "v2: a module in the middle too" : "v3: no module in the middle",
      ),
      fact("channels", config.block_out_channels.join(", ")),
      fact("frames", `up to ${config.motion_max_seq_length}`),
      fact("moves", "Stable Diffusion 1.5 and its fine-tunes"),
      ...weightFacts(weights),
    ],
  };
}

function describeVae(part: ModelPart): ComponentDescription {
  const config = readPartConfig(vaeConfig, part);
  const weights = checkNetwork(part, "vae_decoder", {
    latent_sample: ["float32", [1, config.latent_channels, 2, 2]],
  });
  return {
    weights,
    facts: [
      fact("latent channels", config.latent_channels),
      fact("pixels per latent", `${vaeFactor(config)}×${vaeFactor(config)}`),
      fact("scaling", config.scaling_factor),
      fact("channels", config.block_out_channels.join(", ")),
      ...weightFacts(weights),
    ],
  };
}
