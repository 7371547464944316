// config.json of AutoencoderKL (diffusers).

import { z } from "zod";
import { axis, channelsByLevel, type ConfigTable, count, tableSchema } from "../../common/config-table.ts";
import { refuseIndivisible } from "../divisible.ts";

export const vaeTable = {
  className: "AutoencoderKL",
  used: {
    in_channels: axis.default(3),
    out_channels: axis.default(3),
    latent_channels: axis.default(4),
    block_out_channels: channelsByLevel.default([64]),
    layers_per_block: count.default(1),
    norm_num_groups: axis.default(32),
    scaling_factor: z.number().positive().default(0.18215),
    mid_block_add_attention: z.boolean().default(true),
    use_quant_conv: z.boolean().default(true),
    use_post_quant_conv: z.boolean().default(true),
  },
  only: {
    act_fn: ["silu", "swish"],
    // How many there are is told by block_out_channels, as in diffusers.
    down_block_types: ["DownEncoderBlock2D"],
    up_block_types: ["UpDecoderBlock2D"],
    // Newer families shift or normalise their latents; this decoder does not.
    shift_factor: [null],
    latents_mean: [null],
    latents_std: [null],
  },
  harmless: [
    // Of the tiles in which large pictures are decoded piece by piece.
    "sample_size",
    // Half precision is not used here.
    "force_upcast",
  ],
} satisfies ConfigTable;

export const vaeConfig = tableSchema(vaeTable).superRefine((config, context) => {
  refuseIndivisible(context, config.block_out_channels, () => ({ norm_num_groups: config.norm_num_groups }));
});
export type VaeConfig = z.output<typeof vaeConfig>;

/** Pixels along one side of a latent element. */
export function vaeFactor(config: VaeConfig): number {
  return 2 ** (config.block_out_channels.length - 1);
}
