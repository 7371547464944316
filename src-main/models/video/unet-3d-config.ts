// config.json of UNet3DConditionModel (diffusers): ModelScope, ZeroScope, and VideoCrafter in its conversions.

import { z } from "zod";
import { axis, channelsByLevel, type ConfigTable, count, epsilon, tableSchema } from "../../common/config-table.ts";
import { refuseIndivisible } from "../divisible.ts";
import { refuseOtherLength } from "../unet/blocks-config.ts";

export const unet3dTable = {
  className: "UNet3DConditionModel",
  used: {
    in_channels: axis.default(4),
    out_channels: axis.default(4),
    block_out_channels: channelsByLevel.default([320, 640, 1280, 1280]),
    down_block_types: z
      .array(z.enum(["CrossAttnDownBlock3D", "DownBlock3D"]))
      .default(["CrossAttnDownBlock3D", "CrossAttnDownBlock3D", "CrossAttnDownBlock3D", "DownBlock3D"]),
    up_block_types: z
      .array(z.enum(["CrossAttnUpBlock3D", "UpBlock3D"]))
      .default(["UpBlock3D", "CrossAttnUpBlock3D", "CrossAttnUpBlock3D", "CrossAttnUpBlock3D"]),
    layers_per_block: count.default(2),
    cross_attention_dim: axis.default(1024),
    /** Here it is what its name says: channels of one head, at every level. */
    attention_head_dim: axis.default(64),
    norm_num_groups: axis.default(32),
    norm_eps: epsilon.default(1e-5),
    downsample_padding: z.int().min(0).max(1).default(1),
    /** VideoCrafter's: the network is also told how many frames a second has. */
    fps_cond: z.boolean().default(false),
  },
  only: {
    num_attention_heads: [null],
    act_fn: ["silu", "swish"],
    mid_block_scale_factor: [1],
    time_cond_proj_dim: [null],
  },
  harmless: ["sample_size"],
} satisfies ConfigTable;

export const unet3dConfig = tableSchema(unet3dTable).transform((config, context) => {
  const {
    block_out_channels: channels,
    down_block_types,
    up_block_types,
    attention_head_dim,
    norm_num_groups,
  } = config;
  const parts = { attention_head_dim, norm_num_groups };
  for (const [key, list] of Object.entries({ down_block_types, up_block_types }))
    refuseOtherLength(context, key, list, channels.length);
  refuseIndivisible(context, channels, () => parts);
  return {
    ...config,
    layers_per_block: channels.map(() => config.layers_per_block),
    heads: channels.map((width) => width / attention_head_dim),
    attends: {
      down: down_block_types.map((type) => type === "CrossAttnDownBlock3D"),
      up: up_block_types.map((type) => type === "CrossAttnUpBlock3D"),
    },
    // What all networks of this class have, and the file does not say.
    use_linear_projection: true,
    flip_sin_to_cos: true,
    freq_shift: 0,
  };
});
export type Unet3dConfig = z.output<typeof unet3dConfig>;
