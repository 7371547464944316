// What the configs of UNet2DConditionModel and of ControlNetModel, the copy of its way down, say of the blocks (diffusers).

import { z } from "zod";
import { axis, channelsByLevel, count, epsilon, sameAtEveryLevel } from "../../common/config-table.ts";
import { refuseIndivisible } from "../divisible.ts";

const perLevel = z.union([count, z.array(count).min(1)]);
/** As older versions wrote the names of blocks: UNetResDownBlock2D. */
export const block = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.preprocess((name) => (typeof name === "string" ? name.replace(/^UNetRes/, "") : name), z.enum(names));

export const blocksUsed = {
  in_channels: axis.default(4),
  block_out_channels: channelsByLevel.default([320, 640, 1280, 1280]),
  down_block_types: z
    .array(block(["CrossAttnDownBlock2D", "DownBlock2D"]))
    .default(["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"]),
  layers_per_block: perLevel.default(2),
  cross_attention_dim: sameAtEveryLevel(axis).default(1280),
  /** Despite its name the number of heads (diffusers issue 2011), unless num_attention_heads is given. */
  attention_head_dim: perLevel.default(8),
  num_attention_heads: perLevel.nullable().default(null),
  norm_num_groups: axis.default(32),
  norm_eps: epsilon.default(1e-5),
  /** 0 is one row below and one column to the right, none above or to the left. */
  downsample_padding: z.int().min(0).max(1).default(1),
  use_linear_projection: z.boolean().default(false),
  flip_sin_to_cos: z.boolean().default(true),
  freq_shift: z.number().min(0).max(1).default(0),
};

export const blocksOnly = {
  mid_block_type: ["UNetMidBlock2DCrossAttn"],
  only_cross_attention: [false],
  mid_block_scale_factor: [1],
  act_fn: ["silu", "swish"],
  transformer_layers_per_block: [1],
  encoder_hid_dim: [null],
  encoder_hid_dim_type: [null],
  class_embed_type: [null],
  addition_embed_type: [null],
  num_class_embeds: [null],
  resnet_time_scale_shift: ["default"],
};

export const blocksHarmless = [
  // How exactly attention is computed in half precision.
  "upcast_attention",
  // Sizes of embeddings that only the refused types have.
  "addition_time_embed_dim",
  "addition_embed_type_num_heads",
  "projection_class_embeddings_input_dim",
];

interface Blocks {
  readonly block_out_channels: readonly number[];
  readonly layers_per_block: number | readonly number[];
  readonly attention_head_dim: number | readonly number[];
  readonly num_attention_heads: number | readonly number[] | null;
  readonly norm_num_groups: number;
  readonly down_block_types: readonly string[];
  readonly up_block_types?: readonly string[];
}

/** Lists where the file has one value for all levels, and what the names of the blocks mean. */
export function byLevel<Keys extends Blocks>(config: Keys, context: z.RefinementCtx) {
  const levels = config.block_out_channels.length;
  const spread = (value: number | readonly number[]): readonly number[] =>
    typeof value === "number" ? Array.from({ length: levels }, () => value) : value;
  const heads = spread(config.num_attention_heads ?? config.attention_head_dim);
  const spreadConfig = {
    ...config,
    layers_per_block: spread(config.layers_per_block),
    heads,
    attends: {
      down: config.down_block_types.map((type) => type === "CrossAttnDownBlock2D"),
      up: config.up_block_types?.map((type) => type === "CrossAttnUpBlock2D") ?? [],
    },
  };
  const { layers_per_block, down_block_types, up_block_types = down_block_types } = spreadConfig;
  const lists = { layers_per_block, attention_head_dim: heads, down_block_types, up_block_types };
  for (const [key, list] of Object.entries(lists)) refuseOtherLength(context, key, list, levels);
  refuseIndivisible(context, config.block_out_channels, (level) => {
    // Without attention nothing is split; the middle always has it.
    const attends = spreadConfig.attends.down[level] || spreadConfig.attends.up[levels - 1 - level];
    return {
      norm_num_groups: config.norm_num_groups,
      ...(attends || level === levels - 1 ? { attention_head_dim: heads[level] ?? 1 } : {}),
    };
  });
  const [first = 0] = config.block_out_channels;
  // The sinusoid is half sines, half cosines, and its frequencies are divided by their number less freq_shift, which is at most 1.
  if (first % 2 !== 0 || first < 4) {
    const message = `the first width must be even, and 4 or more; here it is ${first}`;
    context.addIssue({ code: "custom", path: ["block_out_channels", 0], message });
  }
  return spreadConfig;
}

export function refuseOtherLength(
  context: z.RefinementCtx,
  key: string,
  list: readonly unknown[],
  levels: number,
): void {
  if (list.length === levels) return;
  const message = `block_out_channels has ${levels} levels, and this list ${list.length}`;
  context.addIssue({ code: "custom", path: [key], message });
}
