// The UNet as Stable Diffusion's original code (LDM) names it: one list of blocks down, one up, counted through.

import type { Layout, NameRule } from "./layout.ts";

/** Two residual blocks and a change of size on the way down, three residual blocks on the way up. */
const BLOCKS_PER_LEVEL = 3;

export const levelOf = (block: number): number => Math.floor(block / BLOCKS_PER_LEVEL);

/** `input_blocks.0` is the first convolution. */
export const down = (index: string, list: string): string => place("down_blocks", Number(index) - 1, list);
export const up = (index: string, list: string): string => place("up_blocks", Number(index), list);

function place(blocks: string, block: number, list: string): string {
  return `${blocks}.${levelOf(block)}.${list}.${block % BLOCKS_PER_LEVEL}.`;
}

/** Those of the blocks, which ControlNets and video models name in the same way. */
export const ldmUnetNames: readonly NameRule[] = [
  [/^time_embed\.0\./, "time_embedding.linear_1."],
  [/^time_embed\.2\./, "time_embedding.linear_2."],
  [/^input_blocks\.0\.0\./, "conv_in."],
  [/^out\.0\./, "conv_norm_out."],
  [/^out\.2\./, "conv_out."],
  [/^middle_block\.0\./, "mid_block.resnets.0."],
  [/^middle_block\.1\./, "mid_block.attentions.0."],
  [/^middle_block\.2\./, "mid_block.resnets.1."],
  [/^input_blocks\.(\d+)\.0\.op\./, (_, n = "") => `down_blocks.${levelOf(Number(n) - 1)}.downsamplers.0.conv.`],
  [/^input_blocks\.(\d+)\.0\./, (_, n = "") => down(n, "resnets")],
  [/^input_blocks\.(\d+)\.1\./, (_, n = "") => down(n, "attentions")],
  // Third in its block, or second where the block has no attention.
  [/^output_blocks\.(\d+)\.[12]\.conv\./, (_, n = "") => `up_blocks.${levelOf(Number(n))}.upsamplers.0.conv.`],
  [/^output_blocks\.(\d+)\.0\./, (_, n = "") => up(n, "resnets")],
  [/^output_blocks\.(\d+)\.1\./, (_, n = "") => up(n, "attentions")],
  [/\.in_layers\.0\./, ".norm1."],
  [/\.in_layers\.2\./, ".conv1."],
  [/\.emb_layers\.1\./, ".time_emb_proj."],
  [/\.out_layers\.0\./, ".norm2."],
  [/\.out_layers\.3\./, ".conv2."],
  [/\.skip_connection\./, ".conv_shortcut."],
];

export const ldmUnet: Layout = {
  title: "Stable Diffusion's original layout",
  prefixes: ["model.diffusion_model.", "diffusion_model.", ""],
  mark: "input_blocks.0.0.weight",
  runningMean: (name) => `model_ema.${name.replace(/^model\./, "").replaceAll(".", "")}`,
  names: ldmUnetNames,
};
