// AutoencoderKL: pictures [batch, 3, height, width] in [−1, 1] from latents [batch, 4, height/8, width/8], and back.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { conv2d, groupNorm, linear, multiHeadAttention, silu } from "../layers.ts";
import { resnetBlock, upsample } from "../resnet-block.ts";
import type { Scope } from "../scope.ts";
import type { VaeConfig } from "./vae-config.ts";

const EPSILON = 1e-6;

/** @param latent as the decoder takes it, that is already divided by scaling_factor */
export function vaeDecoder(scope: Scope, config: VaeConfig, latent: Value): Value {
  const channels = config.block_out_channels.toReversed();
  const decoder = scope.at("decoder");
  const quantized = config.use_post_quant_conv
    ? conv2d(scope.at("post_quant_conv"), latent, config.latent_channels, { kernel: 1 })
    : latent;
  let hidden = conv2d(decoder.at("conv_in"), quantized, at(channels, 0), { kernel: 3, padding: 1 });
  hidden = midBlock(decoder.at("mid_block"), config, hidden);
  for (const [i, out] of channels.entries()) {
    const block = decoder.at(`up_blocks.${i}`);
    for (let j = 0; j <= config.layers_per_block; j++) hidden = residual(block.at(`resnets.${j}`), config, hidden, out);
    if (i === channels.length - 1) continue;
    hidden = upsample(block.at("upsamplers.0"), hidden, [2 * at(hidden.shape, 2), 2 * at(hidden.shape, 3)]);
  }
  return normAndConv(decoder, config, hidden, config.out_channels);
}

/** → [batch, 2 · latent_channels, …]: mean and log-variance of the latent */
export function vaeEncoder(scope: Scope, config: VaeConfig, picture: Value): Value {
  const channels = config.block_out_channels;
  const encoder = scope.at("encoder");
  let hidden = conv2d(encoder.at("conv_in"), picture, at(channels, 0), { kernel: 3, padding: 1 });
  for (const [i, out] of channels.entries()) {
    const block = encoder.at(`down_blocks.${i}`);
    for (let j = 0; j < config.layers_per_block; j++) hidden = residual(block.at(`resnets.${j}`), config, hidden, out);
    if (i === channels.length - 1) continue;
    // One row below and one column to the right, none above or to the left.
    const down = { kernel: 3, stride: 2, padding: [0, 0, 1, 1] };
    hidden = conv2d(block.at("downsamplers.0.conv"), hidden, out, down);
  }
  hidden = midBlock(encoder.at("mid_block"), config, hidden);
  const moments = normAndConv(encoder, config, hidden, 2 * config.latent_channels);
  if (!config.use_quant_conv) return moments;
  return conv2d(scope.at("quant_conv"), moments, 2 * config.latent_channels, { kernel: 1 });
}

function midBlock(scope: Scope, config: VaeConfig, x: Value): Value {
  const out = at(x.shape, 1);
  let hidden = residual(scope.at("resnets.0"), config, x, out);
  if (config.mid_block_add_attention) hidden = spatialAttention(scope.at("attentions.0"), config, hidden);
  return residual(scope.at("resnets.1"), config, hidden, out);
}

/** One head over all positions. */
function spatialAttention(scope: Scope, config: VaeConfig, x: Value): Value {
  const { b } = scope;
  const [batch, channels, height, width] = [at(x.shape, 0), at(x.shape, 1), at(x.shape, 2), at(x.shape, 3)];
  const normed = groupNorm(scope.at("group_norm"), x, { groups: config.norm_num_groups, epsilon: EPSILON });
  const tokens = b.transpose(b.reshape(normed, [batch, channels, height * width]), [0, 2, 1]);
  const project = (name: string, from: Value): Value => linear(scope.at(name), from, channels);
  const [query, key, value] = [project("to_q", tokens), project("to_k", tokens), project("to_v", tokens)];
  const out = project("to_out.0", multiHeadAttention(scope, { query, key, value }, 1));
  return b.add(x, b.reshape(b.transpose(out, [0, 2, 1]), x.shape));
}

function residual(scope: Scope, config: VaeConfig, x: Value, out: number): Value {
  return resnetBlock(scope, x, { out, groups: config.norm_num_groups, epsilon: EPSILON, time: null });
}

function normAndConv(scope: Scope, config: VaeConfig, x: Value, out: number): Value {
  const normed = groupNorm(scope.at("conv_norm_out"), x, { groups: config.norm_num_groups, epsilon: EPSILON });
  return conv2d(scope.at("conv_out"), silu(scope, normed), out, { kernel: 3, padding: 1 });
}
