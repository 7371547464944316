// config.json of AutoencoderKL (diffusers).

import { z } from "zod";

export const vaeConfig = z.object({
  in_channels: z.int().positive().default(3),
  out_channels: z.int().positive().default(3),
  latent_channels: z.int().positive().default(4),
  block_out_channels: z.array(z.int().positive()).min(1).default([64]),
  layers_per_block: z.int().positive().default(1),
  norm_num_groups: z.int().positive().default(32),
  scaling_factor: z.number().positive().default(0.18215),
  mid_block_add_attention: z.boolean().default(true),
  use_quant_conv: z.boolean().default(true),
  use_post_quant_conv: z.boolean().default(true),
  act_fn: z.literal("silu").default("silu"),
  down_block_types: z.array(z.literal("DownEncoderBlock2D")).default(["DownEncoderBlock2D"]),
  up_block_types: z.array(z.literal("UpDecoderBlock2D")).default(["UpDecoderBlock2D"]),
  // Newer families shift or normalise their latents; this decoder does not.
  shift_factor: z.null().default(null),
  latents_mean: z.null().default(null),
  latents_std: z.null().default(null),
});
export type VaeConfig = z.output<typeof vaeConfig>;

/** Pixels along one side of a latent element. */
export function vaeFactor(config: VaeConfig): number {
  return 2 ** (config.block_out_channels.length - 1);
}
