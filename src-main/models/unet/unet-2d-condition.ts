// UNet2DConditionModel: the noise (or velocity) in a latent picture, given the time and a text.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { conv2d, groupNorm, silu } from "../layers.ts";
import { resnetBlock, upsample } from "../resnet-block.ts";
import type { Scope } from "../scope.ts";
import { timestepEmbedding } from "./timestep-embedding.ts";
import { transformer2d } from "./transformer-2d.ts";
import type { UnetConfig } from "./unet-config.ts";

export interface UnetInputs {
  /** [batch, in_channels, height, width] */
  readonly sample: Value;
  /** The sinusoid of the timestep [batch or 1, first channels]. */
  readonly sinusoid: Value;
  /** [batch or 1, tokens, cross_attention_dim] */
  readonly context: Value;
}

/** What every block needs besides its input. */
interface Block {
  readonly config: UnetConfig;
  readonly level: number;
  readonly time: Value;
  readonly context: Value;
}

/** → [batch, out_channels, height, width] */
export function unet2dCondition(scope: Scope, config: UnetConfig, inputs: UnetInputs): Value {
  const { sample, sinusoid, context } = inputs;
  const channels = config.block_out_channels;
  const width = at(channels, 0);
  const embedded = timestepEmbedding(scope.at("time_embedding"), sinusoid, 4 * width);
  // Every residual block applies SiLU to the time first: once is enough.
  const time = silu(scope, embedded);
  const block = (level: number): Block => ({ config, level, time, context });

  let hidden = conv2d(scope.at("conv_in"), sample, width, { kernel: 3, padding: 1 });
  const skips = [hidden];
  for (const level of channels.keys()) {
    hidden = downBlock(scope.at(`down_blocks.${level}`), hidden, block(level), skips);
  }
  hidden = midBlock(scope.at("mid_block"), hidden, block(channels.length - 1));
  for (const i of channels.keys()) {
    hidden = upBlock(scope.at(`up_blocks.${i}`), hidden, block(channels.length - 1 - i), skips);
  }
  const groups = config.norm_num_groups;
  const normed = groupNorm(scope.at("conv_norm_out"), hidden, { groups, epsilon: config.norm_eps });
  return conv2d(scope.at("conv_out"), silu(scope, normed), config.out_channels, { kernel: 3, padding: 1 });
}

function downBlock(scope: Scope, x: Value, block: Block, skips: Value[]): Value {
  const { config, level } = block;
  const out = at(config.block_out_channels, level);
  const attends = config.down_block_types[level] === "CrossAttnDownBlock2D";
  let hidden = x;
  for (let j = 0; j < at(config.layers_per_block, level); j++) {
    hidden = residual(scope.at(`resnets.${j}`), hidden, out, block);
    if (attends) hidden = attend(scope.at(`attentions.${j}`), hidden, block);
    skips.push(hidden);
  }
  if (level === config.block_out_channels.length - 1) return hidden;
  const padding = config.downsample_padding;
  hidden = conv2d(scope.at("downsamplers.0.conv"), hidden, out, { kernel: 3, stride: 2, padding });
  skips.push(hidden);
  return hidden;
}

function midBlock(scope: Scope, x: Value, block: Block): Value {
  const out = at(x.shape, 1);
  const first = residual(scope.at("resnets.0"), x, out, block);
  return residual(scope.at("resnets.1"), attend(scope.at("attentions.0"), first, block), out, block);
}

/** One layer more than on the way down: the last skip of a level is the input of that level. */
function upBlock(scope: Scope, x: Value, block: Block, skips: Value[]): Value {
  const { config, level } = block;
  const { b } = scope;
  const out = at(config.block_out_channels, level);
  const attends = config.up_block_types[config.block_out_channels.length - 1 - level] === "CrossAttnUpBlock2D";
  let hidden = x;
  for (let j = 0; j <= at(config.layers_per_block, level); j++) {
    const skip = skips.pop();
    if (skip === undefined) throw new Error("fewer skips than layers on the way up");
    hidden = residual(scope.at(`resnets.${j}`), b.concat([hidden, skip], 1), out, block);
    if (attends) hidden = attend(scope.at(`attentions.${j}`), hidden, block);
  }
  const next = skips.at(-1);
  if (next === undefined) return hidden;
  return upsample(scope.at("upsamplers.0"), hidden, [at(next.shape, 2), at(next.shape, 3)]);
}

function residual(scope: Scope, x: Value, out: number, { config, time }: Block): Value {
  return resnetBlock(scope, x, { out, groups: config.norm_num_groups, epsilon: config.norm_eps, time });
}

function attend(scope: Scope, x: Value, { config, level, context }: Block): Value {
  return transformer2d(scope, x, {
    heads: at(config.heads, level),
    groups: config.norm_num_groups,
    linearProjection: config.use_linear_projection,
    context,
  });
}
