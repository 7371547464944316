// The UNet of VideoCrafter (.ckpt): Stable Diffusion's original names, with temporal layers at further places of each block.

import { videoViews } from "./diffusers-unet-3d.ts";
import type { Layout, NameRule } from "./layout.ts";
import { down, ldmUnetNames, up } from "./ldm-unet.ts";

/** What ModelScope has at the same places. */
export const videoNames: readonly NameRule[] = [
  [/^middle_block\.2\./, "mid_block.temp_attentions.0."],
  [/^middle_block\.3\./, "mid_block.resnets.1."],
  [/^input_blocks\.(\d+)\.2\./, (_, n = "") => down(n, "temp_attentions")],
  [/^output_blocks\.(\d+)\.2\.(?!conv\.)/, (_, n = "") => up(n, "temp_attentions")],
  // Fourth in its block, where Stable Diffusion has it third.
  [/^output_blocks\.(\d+)\.3\.conv\./, "output_blocks.$1.2.conv."],
  ...ldmUnetNames,
  // The spelling is that of the files.
  [/\.resnets\.(\d+)\.temopral_conv\./, ".temp_convs.$1."],
];

export const videoCrafterUnet: Layout = {
  title: "VideoCrafter",
  prefixes: ["model.diffusion_model.", ""],
  mark: "init_attn.0.norm.weight",
  views: videoViews,
  names: [
    [/^init_attn\.0\./, "transformer_in."],
    [/^fps_embedding\.0\./, "fps_embedding.linear_1."],
    [/^fps_embedding\.2\./, "fps_embedding.linear_2."],
    ...videoNames,
  ],
};
