// Both towers of CLIP as OpenCLIP names them: HPSv2's files, and open_clip_model.safetensors. The names become those of CLIPModel (transformers).

import type { Layout } from "./layout.ts";
import { rows, transposed } from "./views.ts";

export const openClip: Layout = {
  title: "OpenCLIP",
  // Models wrapped for training on several devices.
  prefixes: ["", "module."],
  mark: "visual.conv1.weight",
  // A buffer that follows from the number of tokens.
  unused: /^attn_mask$/,
  views: [
    {
      tensor: /in_proj_(weight|bias)$/,
      parts: [
        ["q_proj.$1", rows(0, 3)],
        ["k_proj.$1", rows(1, 3)],
        ["v_proj.$1", rows(2, 3)],
      ],
    },
    // OpenCLIP multiplies by these from the right.
    { tensor: /^visual\.proj$/, parts: [["visual_projection.weight", transposed]] },
    { tensor: /^text_projection$/, parts: [["text_projection.weight", transposed]] },
  ],
  names: [
    [/^visual\.class_embedding$/, "vision_model.embeddings.class_embedding"],
    [/^visual\.positional_embedding$/, "vision_model.embeddings.position_embedding.weight"],
    [/^visual\.conv1\./, "vision_model.embeddings.patch_embedding."],
    // The spelling is that of transformers.
    [/^visual\.ln_pre\./, "vision_model.pre_layrnorm."],
    [/^visual\.ln_post\./, "vision_model.post_layernorm."],
    [/^visual\.transformer\.resblocks\./, "vision_model.encoder.layers."],
    [/^token_embedding\./, "text_model.embeddings.token_embedding."],
    [/^positional_embedding$/, "text_model.embeddings.position_embedding.weight"],
    [/^ln_final\./, "text_model.final_layer_norm."],
    [/^transformer\.resblocks\./, "text_model.encoder.layers."],
    [/\.ln_([12])\./, ".layer_norm$1."],
    [/\.attn\./, ".self_attn."],
    [/\.mlp\.c_fc\./, ".mlp.fc1."],
    [/\.mlp\.c_proj\./, ".mlp.fc2."],
  ],
};
