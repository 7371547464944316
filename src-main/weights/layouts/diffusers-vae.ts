// The autoencoder as diffusers names it, now and before version 0.17.

import type { Layout } from "./layout.ts";
import { asMatrix } from "./views.ts";

export const diffusersVae: Layout = {
  title: "diffusers",
  prefixes: ["", "vae."],
  mark: "decoder.mid_block.resnets.0.conv1.weight",
  views: [{ tensor: /(?<=\.attentions\.\d+\.[^.]+(\.0)?)\.weight$/, parts: [[".weight", asMatrix]] }],
  names: [
    [/(?<=\.attentions\.\d+)\.query\./, ".to_q."],
    [/(?<=\.attentions\.\d+)\.key\./, ".to_k."],
    [/(?<=\.attentions\.\d+)\.value\./, ".to_v."],
    [/(?<=\.attentions\.\d+)\.proj_attn\./, ".to_out.0."],
  ],
};
