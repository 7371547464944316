// CLIP's text encoder as transformers names it, in a folder or inside a single file of Stable Diffusion 1.x.

import type { Layout } from "./layout.ts";

export const transformersClipText: Layout = {
  title: "transformers",
  // transformers from 5.6 on leaves out `text_model.`; so do some merged single files.
  prefixes: [
    ...["", "text_model.", "cond_stage_model.transformer.text_model.", "cond_stage_model.transformer."],
    ...["conditioner.embedders.0.transformer.text_model.", "conditioner.embedders.0.transformer."],
  ],
  mark: "final_layer_norm.weight",
  // Some files store the positions 0, 1, 2 …, as whole numbers or, after careless conversions, as half floats.
  unused: /^embeddings\.position_ids$/,
  names: [],
};
