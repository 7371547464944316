// The autoencoder as Stable Diffusion's original code (LDM) names it.

import type { Layout } from "./layout.ts";
import { asMatrix } from "./views.ts";

/** Pictures are eight times as high and wide as latents: three changes of size between four levels. */
const LEVELS = 4;

/** The decoder's levels are counted from the picture, though it starts at the latents. */
const up = (index: string): string => `up_blocks.${LEVELS - 1 - Number(index)}`;

export const ldmVae: Layout = {
  title: "Stable Diffusion's original layout",
  prefixes: ["first_stage_model.", "vae.", ""],
  mark: "decoder.mid.block_1.conv1.weight",
  // What the autoencoder was trained with, and running means of its weights.
  unused: /^(loss|model_ema)\./,
  // 1×1 convolutions where diffusers has matrices.
  views: [{ tensor: /(?<=\.mid\.attn_1\.(q|k|v|proj_out))\.weight$/, parts: [[".weight", asMatrix]] }],
  names: [
    [/\.down\.(\d+)\.block\.(\d+)\./, ".down_blocks.$1.resnets.$2."],
    [/\.down\.(\d+)\.downsample\.conv\./, ".down_blocks.$1.downsamplers.0.conv."],
    [/\.up\.(\d+)\.block\.(\d+)\./, (_, level = "", block = "") => `.${up(level)}.resnets.${block}.`],
    [/\.up\.(\d+)\.upsample\.conv\./, (_, level = "") => `.${up(level)}.upsamplers.0.conv.`],
    [/\.mid\.block_1\./, ".mid_block.resnets.0."],
    [/\.mid\.block_2\./, ".mid_block.resnets.1."],
    [/\.mid\.attn_1\.norm\./, ".mid_block.attentions.0.group_norm."],
    [/\.mid\.attn_1\.([qkv])\./, ".mid_block.attentions.0.to_$1."],
    [/\.mid\.attn_1\.proj_out\./, ".mid_block.attentions.0.to_out.0."],
    [/\.nin_shortcut\./, ".conv_shortcut."],
    [/\.norm_out\./, ".conv_norm_out."],
  ],
};
