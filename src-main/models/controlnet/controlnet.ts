// ControlNetModel (Zhang et al. 2023, arXiv:2302.05543): a copy of the UNet's way down that also sees a picture of edges, poses
// or depths, and says what to add to the UNet's skips.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { conv2d, silu } from "../layers.ts";
import type { Scope } from "../scope.ts";
import { timestepEmbedding } from "../unet/timestep-embedding.ts";
import type { UnetInputs } from "../unet/unet-2d-condition.ts";
import { downBlocks, midBlock, type Surroundings } from "../unet/unet-blocks.ts";
import type { ControlnetConfig } from "./controlnet-config.ts";

export interface ControlnetInputs extends Pick<UnetInputs, "sample" | "sinusoid" | "context"> {
  /** The picture that steers [batch or 1, 3, 8·height, 8·width], in 0…1. */
  readonly picture: Value;
  /** One number for all residuals, or one for each, the middle's last. Absent: 1. */
  readonly scale?: Value | undefined;
}

export interface ControlnetResiduals {
  readonly down: readonly Value[];
  readonly mid: Value;
}

export function controlnet(scope: Scope, config: ControlnetConfig, inputs: ControlnetInputs): ControlnetResiduals {
  const { b } = scope;
  const { sample, sinusoid, context, picture, scale } = inputs;
  const width = at(config.block_out_channels, 0);
  const time = silu(scope, timestepEmbedding(scope.at("time_embedding"), sinusoid, 4 * width));
  const around: Surroundings = { config, time, context };

  const latent = conv2d(scope.at("conv_in"), sample, width, { kernel: 3, padding: 1 });
  const hint = hintEmbedding(scope.at("controlnet_cond_embedding"), config, picture);
  const skips = downBlocks(scope, b.add(latent, hint), around);
  const middle = midBlock(scope, skips.at(-1) ?? latent, around);
  const scaled = (place: Scope, x: Value, index: number): Value => {
    const residual = conv2d(place, x, at(x.shape, 1), { kernel: 1 });
    return scale === undefined ? residual : b.mul(residual, scaleAt(scope, scale, index));
  };
  return {
    down: skips.map((skip, i) => scaled(scope.at(`controlnet_down_blocks.${i}`), skip, i)),
    mid: scaled(scope.at("controlnet_mid_block"), middle, skips.length),
  };
}

/** The picture in the size of the latents, with as many channels as the first level has. */
function hintEmbedding(scope: Scope, config: ControlnetConfig, picture: Value): Value {
  const channels = config.conditioning_embedding_out_channels;
  let hidden = silu(scope, conv2d(scope.at("conv_in"), picture, at(channels, 0), { kernel: 3, padding: 1 }));
  for (const [i, next] of channels.slice(1).entries()) {
    const keep = conv2d(scope.at(`blocks.${2 * i}`), hidden, at(channels, i), { kernel: 3, padding: 1 });
    const halve = { kernel: 3, padding: 1, stride: 2 };
    hidden = silu(scope, conv2d(scope.at(`blocks.${2 * i + 1}`), silu(scope, keep), next, halve));
  }
  return conv2d(scope.at("conv_out"), hidden, at(config.block_out_channels, 0), { kernel: 3, padding: 1 });
}

function scaleAt({ b }: Scope, scale: Value, index: number): Value {
  const isOne = scale.shape.every((size) => size === 1);
  return b.reshape(isOne ? scale : b.slice(scale, 0, index, index + 1), []);
}
