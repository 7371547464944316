// OpenCLIP's text encoder as in single files of Stable Diffusion 2.x.

import type { Layout } from "./layout.ts";
import { rows } from "./views.ts";

export const openClipText: Layout = {
  title: "OpenCLIP",
  // SGM, Stability's later code, has encoders in a list: sd_turbo.safetensors.
  prefixes: ["cond_stage_model.model.", "conditioner.embedders.0.model."],
  mark: "ln_final.weight",
  // Stable Diffusion 2 reads the last layer but one of 24, and nothing is projected.
  unused: /^(transformer\.resblocks\.23\.|text_projection$|logit_scale$|attn_mask$)/,
  views: [
    {
      tensor: /in_proj_(weight|bias)$/,
      parts: [
        ["q_proj.$1", rows(0, 3)],
        ["k_proj.$1", rows(1, 3)],
        ["v_proj.$1", rows(2, 3)],
      ],
    },
  ],
  names: [
    [/^token_embedding\./, "embeddings.token_embedding."],
    [/^positional_embedding$/, "embeddings.position_embedding.weight"],
    [/^ln_final\./, "final_layer_norm."],
    [/^transformer\.resblocks\./, "encoder.layers."],
    [/\.ln_([12])\./, ".layer_norm$1."],
    [/\.attn\./, ".self_attn."],
    [/\.mlp\.c_fc\./, ".mlp.fc1."],
    [/\.mlp\.c_proj\./, ".mlp.fc2."],
  ],
};
