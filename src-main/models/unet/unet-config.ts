// config.json of UNet2DConditionModel (diffusers), as far as Stable Diffusion 1.x and 2.x use it.

import { z } from "zod";

const perLevel = z.union([z.int().positive(), z.array(z.int().positive())]);

/** The keys that ControlNet shares with the UNet. */
export const unetKeys = z.object({
  in_channels: z.int().positive().default(4),
  out_channels: z.int().positive().default(4),
  block_out_channels: z.array(z.int().positive()).min(1).default([320, 640, 1280, 1280]),
  down_block_types: z
    .array(z.enum(["CrossAttnDownBlock2D", "DownBlock2D"]))
    .default(["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"]),
  mid_block_type: z.enum(["UNetMidBlock2DCrossAttn"]).default("UNetMidBlock2DCrossAttn"),
  up_block_types: z
    .array(z.enum(["CrossAttnUpBlock2D", "UpBlock2D"]))
    .default(["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]),
  layers_per_block: perLevel.default(2),
  cross_attention_dim: z.int().positive().default(1280),
  /** Despite its name the number of heads (diffusers issue 2011), unless num_attention_heads is given. */
  attention_head_dim: perLevel.default(8),
  num_attention_heads: perLevel.nullable().default(null),
  transformer_layers_per_block: z.literal(1).default(1),
  norm_num_groups: z.int().positive().default(32),
  norm_eps: z.number().default(1e-5),
  downsample_padding: z.int().default(1),
  use_linear_projection: z.boolean().default(false),
  flip_sin_to_cos: z.boolean().default(true),
  freq_shift: z.number().default(0),
  act_fn: z.literal("silu").default("silu"),
  // What other families set, and this network does not have.
  center_input_sample: z.literal(false).default(false),
  only_cross_attention: z.literal(false).default(false),
  dual_cross_attention: z.literal(false).default(false),
  class_embed_type: z.null().default(null),
  addition_embed_type: z.null().default(null),
  encoder_hid_dim: z.null().default(null),
  num_class_embeds: z.null().default(null),
  time_cond_proj_dim: z.null().default(null),
  resnet_time_scale_shift: z.literal("default").default("default"),
  time_embedding_type: z.literal("positional").default("positional"),
  mid_block_scale_factor: z.literal(1).default(1),
  conv_in_kernel: z.literal(3).default(3),
  conv_out_kernel: z.literal(3).default(3),
});

/** Lists where the file has one value for all levels, and what the names of the blocks mean. */
export function byLevel<Keys extends z.output<typeof unetKeys>>(config: Keys) {
  const levels = config.block_out_channels.length;
  const spread = (value: number | readonly number[]): readonly number[] =>
    typeof value === "number" ? Array.from({ length: levels }, () => value) : value;
  return {
    ...config,
    layers_per_block: spread(config.layers_per_block),
    heads: spread(config.num_attention_heads ?? config.attention_head_dim),
    attends: {
      down: config.down_block_types.map((type) => type === "CrossAttnDownBlock2D"),
      up: config.up_block_types.map((type) => type === "CrossAttnUpBlock2D"),
    },
  };
}

export const unetConfig = unetKeys.transform(byLevel);
export type UnetConfig = z.output<typeof unetConfig>;
