// The blocks of Stable Diffusion's UNet: down with skips, through the middle, and up again. ControlNet has the first two of
// them; video networks have all three, and mix the frames in between.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { conv2d } from "../layers.ts";
import { repeatRows } from "../repeat-rows.ts";
import { resnetBlock, upsample } from "../resnet-block.ts";
import type { Scope } from "../scope.ts";
import { transformer2d } from "./transformer-2d.ts";

/** What configs say of the blocks; lists are by level, from the widest picture to the smallest. */
export interface BlocksConfig {
  readonly block_out_channels: readonly number[];
  readonly layers_per_block: readonly number[];
  readonly heads: readonly number[];
  /** Whether the blocks attend to the text: down by level, up in their own order. */
  readonly attends: { readonly down: readonly boolean[]; readonly up: readonly boolean[] };
  readonly norm_num_groups: number;
  readonly norm_eps: number;
  readonly downsample_padding: number;
  readonly use_linear_projection: boolean;
}

/** What every block needs besides its input. */
export interface Surroundings {
  readonly config: BlocksConfig;
  /** [batch or 1, width], after its SiLU: every residual block applies it first, and once is enough. */
  readonly time: Value;
  /** [batch or 1 or several batches, tokens, width] */
  readonly context: Value;
  readonly mixing?: FrameMixing;
}

/** What a video network does between the layers. `block` is the path of the weights of a block, `index` counts the layers in it. */
export interface FrameMixing {
  readonly afterResidual?: (block: string, index: number, x: Value) => Value;
  /** After the attention, or after what takes its place in a block without. */
  readonly afterLayer?: (block: string, index: number, x: Value, attends: boolean) => Value;
}

/** From the first convolution on. @returns all skips; the last of them is what the middle block takes */
export function downBlocks(scope: Scope, x: Value, around: Surroundings): readonly [Value, ...Value[]] {
  const { config } = around;
  const levels = config.block_out_channels;
  const skips: [Value, ...Value[]] = [x];
  let hidden = x;
  for (const [level, out] of levels.entries()) {
    const block = `down_blocks.${level}`;
    for (let j = 0; j < at(config.layers_per_block, level); j++) {
      hidden = layer(scope, hidden, { ...around, block, j, out, level, attends: config.attends.down[level] === true });
      skips.push(hidden);
    }
    if (level === levels.length - 1) break;
    const padding = config.downsample_padding === 0 ? [0, 0, 1, 1] : config.downsample_padding;
    hidden = conv2d(scope.at(`${block}.downsamplers.0.conv`), hidden, out, { kernel: 3, stride: 2, padding });
    skips.push(hidden);
  }
  return skips;
}

export function midBlock(scope: Scope, x: Value, around: Surroundings): Value {
  const level = around.config.block_out_channels.length - 1;
  const place = { ...around, block: "mid_block", out: at(x.shape, 1), level };
  return residual(scope, layer(scope, x, { ...place, j: 0, attends: true }), { ...place, j: 1 });
}

export interface WayUp {
  readonly out: Value;
  /** What the last layer takes besides the first skip: it changes little from one sampling step to the next (DeepCache, arXiv 2312.00858). */
  readonly deepFeatures: Value;
}

/**
 * One layer more than on the way down: the last skip of a level is the input of that level.
 * @param kept deep features of another sampling step, in the place of those that are computed here
 */
export function upBlocks(
  scope: Scope,
  x: Value,
  allSkips: readonly Value[],
  around: Surroundings,
  kept?: Value,
): WayUp {
  const { config } = around;
  const skips = [...allSkips];
  const levels = config.block_out_channels.length;
  let hidden = x;
  let deepFeatures = x;
  for (let i = 0; i < levels; i++) {
    const level = levels - 1 - i;
    const [block, out] = [`up_blocks.${i}`, at(config.block_out_channels, level)];
    for (let j = 0; j <= at(config.layers_per_block, level); j++) {
      const skip = skips.pop();
      if (skip === undefined) throw new Error("fewer skips than layers on the way up");
      if (skips.length === 0) hidden = deepFeatures = kept ?? hidden;
      const joined = scope.b.concat([hidden, repeatRows(scope.b, skip, at(hidden.shape, 0))], 1);
      hidden = layer(scope, joined, { ...around, block, j, out, level, attends: config.attends.up[i] === true });
    }
    const next = skips.at(-1);
    if (next === undefined) break;
    const size = [at(next.shape, 2), at(next.shape, 3)] as const;
    hidden = upsample(scope.at(`${block}.upsamplers.0`), hidden, size);
  }
  return { out: hidden, deepFeatures };
}

interface Place extends Surroundings {
  readonly block: string;
  readonly j: number;
  readonly out: number;
  readonly level: number;
}

/** A residual block, and perhaps attention. */
function layer(scope: Scope, x: Value, place: Place & { readonly attends: boolean }): Value {
  const { mixing, block, j, attends } = place;
  const hidden = residual(scope, x, place);
  const attended = attends ? attend(scope.at(`${block}.attentions.${j}`), hidden, place) : hidden;
  return mixing?.afterLayer?.(block, j, attended, attends) ?? attended;
}

function residual(scope: Scope, x: Value, { config, time, mixing, block, j, out }: Place): Value {
  const { norm_num_groups: groups, norm_eps: epsilon } = config;
  const hidden = resnetBlock(scope.at(`${block}.resnets.${j}`), x, { out, groups, epsilon, time });
  return mixing?.afterResidual?.(block, j, hidden) ?? hidden;
}

function attend(scope: Scope, x: Value, { config, context, level }: Place): Value {
  return transformer2d(scope, x, {
    heads: at(config.heads, level),
    groups: config.norm_num_groups,
    linearProjection: config.use_linear_projection,
    context,
  });
}
