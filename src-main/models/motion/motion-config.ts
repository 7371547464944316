// config.json of MotionAdapter (diffusers): the motion modules of AnimateDiff v2 and v3.

import { z } from "zod";
import {
  axis,
  channelsByLevel,
  type ConfigTable,
  count,
  sameAtEveryLevel,
  tableSchema,
} from "../../common/config-table.ts";
import { refuseIndivisible } from "../divisible.ts";

/** Frames that the positions of v1 reach; those of v2 and v3 reach 32. */
const FRAMES_V1 = 24;

export const motionTable = {
  className: "MotionAdapter",
  used: {
    block_out_channels: channelsByLevel.default([320, 640, 1280, 1280]),
    motion_layers_per_block: sameAtEveryLevel(count).default(2),
    motion_num_attention_heads: sameAtEveryLevel(count).default(8),
    motion_norm_num_groups: axis.default(32),
    motion_max_seq_length: axis
      .refine(
        (length) => length !== FRAMES_V1,
        "this is a module of AnimateDiff v1, whose UNet takes its norms over all frames",
      )
      .default(32),
    /** v2 has a module in the middle too. */
    use_motion_mid_block: z.boolean().default(true),
  },
  only: {
    motion_mid_block_layers_per_block: [1],
    motion_transformer_layers_per_block: [1],
    motion_transformer_layers_per_mid_block: [1],
    // PIA's, which reads a picture.
    conv_in_channels: [null],
  },
  harmless: [],
} satisfies ConfigTable;

export const motionConfig = tableSchema(motionTable).superRefine((config, context) => {
  const { motion_num_attention_heads, motion_norm_num_groups } = config;
  const parts = { motion_num_attention_heads, motion_norm_num_groups };
  refuseIndivisible(context, config.block_out_channels, () => parts);
});
export type MotionConfig = z.output<typeof motionConfig>;
