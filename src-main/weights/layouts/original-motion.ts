// AnimateDiff's motion modules as its authors name them (mm_sd_v15_v2.ckpt, v3_sd15_mm.ckpt).

import type { Layout } from "./layout.ts";

export const originalMotion: Layout = {
  title: "AnimateDiff",
  prefixes: ["", "module."],
  mark: "down_blocks.0.motion_modules.0.temporal_transformer.norm.weight",
  unused: /^(?!.*motion_modules\.)/,
  names: [
    [/\.temporal_transformer\./, "."],
    // The positions are a formula; their number tells how many frames the modules know.
    [/\.attention_blocks\.[01]\.pos_encoder\.pe$/, ".pos_embed.pe"],
    [/\.attention_blocks\.0\./, ".attn1."],
    [/\.attention_blocks\.1\./, ".attn2."],
    [/\.norms\.0\./, ".norm1."],
    [/\.norms\.1\./, ".norm2."],
    [/\.ff_norm\./, ".norm3."],
  ],
};
