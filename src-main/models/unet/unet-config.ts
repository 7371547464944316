// config.json of UNet2DConditionModel (diffusers), as far as Stable Diffusion 1.x and 2.x use it.

import { z } from "zod";
import { axis, type ConfigTable, tableSchema } from "../../common/config-table.ts";
import { block, blocksHarmless, blocksOnly, blocksUsed, byLevel } from "./blocks-config.ts";

export const unetTable = {
  className: "UNet2DConditionModel",
  used: {
    ...blocksUsed,
    out_channels: axis.default(4),
    up_block_types: z
      .array(block(["CrossAttnUpBlock2D", "UpBlock2D"]))
      .default(["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]),
  },
  only: {
    ...blocksOnly,
    center_input_sample: [false],
    reverse_transformer_layers_per_block: [null, 1],
    dual_cross_attention: [false],
    resnet_skip_time_act: [false],
    resnet_out_scale_factor: [1],
    time_embedding_type: ["positional"],
    time_embedding_dim: [null],
    time_embedding_act_fn: [null],
    timestep_post_act: [null],
    time_cond_proj_dim: [null],
    conv_in_kernel: [3],
    conv_out_kernel: [3],
    attention_type: ["default"],
    mid_block_only_cross_attention: [null, false],
    cross_attention_norm: [null],
  },
  harmless: [
    ...blocksHarmless,
    // Read by the pipeline: the size of the pictures that it was trained on.
    "sample_size",
    "dropout",
    "class_embeddings_concat",
  ],
} satisfies ConfigTable;

export const unetConfig = tableSchema(unetTable).transform(byLevel);
export type UnetConfig = z.output<typeof unetConfig>;
