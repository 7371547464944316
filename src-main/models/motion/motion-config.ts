// config.json of MotionAdapter (diffusers): the motion modules of AnimateDiff v2 and v3.

import { z } from "zod";

/** Frames that the positions of v1 reach; those of v2 and v3 reach 32. */
const FRAMES_V1 = 24;

export const motionConfig = z.object({
  block_out_channels: z.array(z.int().positive()).min(1).default([320, 640, 1280, 1280]),
  motion_layers_per_block: z.int().positive().default(2),
  motion_mid_block_layers_per_block: z.literal(1).default(1),
  motion_num_attention_heads: z.int().positive().default(8),
  motion_norm_num_groups: z.int().positive().default(32),
  motion_max_seq_length: z
    .int()
    .positive()
    .refine(
      (length) => length !== FRAMES_V1,
      "this is a module of AnimateDiff v1, whose UNet takes its norms over all frames",
    )
    .default(32),
  /** v2 has a module in the middle too. */
  use_motion_mid_block: z.boolean().default(true),
  motion_transformer_layers_per_block: z.literal(1).default(1),
  motion_transformer_layers_per_mid_block: z.literal(1).default(1),
  // PIA's, which reads a picture.
  conv_in_channels: z.null().default(null),
});
export type MotionConfig = z.output<typeof motionConfig>;
