// config.json of UNet3DConditionModel (diffusers): ModelScope, ZeroScope, and VideoCrafter in its conversions.

import { z } from "zod";

export const unet3dConfig = z
  .object({
    in_channels: z.int().positive().default(4),
    out_channels: z.int().positive().default(4),
    block_out_channels: z.array(z.int().positive()).min(1).default([320, 640, 1280, 1280]),
    down_block_types: z
      .array(z.enum(["CrossAttnDownBlock3D", "DownBlock3D"]))
      .default(["CrossAttnDownBlock3D", "CrossAttnDownBlock3D", "CrossAttnDownBlock3D", "DownBlock3D"]),
    up_block_types: z
      .array(z.enum(["CrossAttnUpBlock3D", "UpBlock3D"]))
      .default(["UpBlock3D", "CrossAttnUpBlock3D", "CrossAttnUpBlock3D", "CrossAttnUpBlock3D"]),
    layers_per_block: z.int().positive().default(2),
    cross_attention_dim: z.int().positive().default(1024),
    /** Here it is what its name says: channels of one head, at every level. */
    attention_head_dim: z.int().positive().default(64),
    num_attention_heads: z.null().default(null),
    norm_num_groups: z.int().positive().default(32),
    norm_eps: z.number().default(1e-5),
    downsample_padding: z.int().default(1),
    act_fn: z.literal("silu").default("silu"),
    mid_block_scale_factor: z.literal(1).default(1),
    time_cond_proj_dim: z.null().default(null),
    /** VideoCrafter's: the network is also told how many frames a second has. */
    fps_cond: z.boolean().default(false),
  })
  .transform((config) => ({
    ...config,
    layers_per_block: config.block_out_channels.map(() => config.layers_per_block),
    heads: config.block_out_channels.map((channels) => channels / config.attention_head_dim),
    attends: {
      down: config.down_block_types.map((type) => type === "CrossAttnDownBlock3D"),
      up: config.up_block_types.map((type) => type === "CrossAttnUpBlock3D"),
    },
    // What all networks of this class have, and the file does not say.
    use_linear_projection: true,
    flip_sin_to_cos: true,
    freq_shift: 0,
  }));
export type Unet3dConfig = z.output<typeof unet3dConfig>;
