// ControlNet as diffusers names it.

import type { Layout } from "./layout.ts";

export const diffusersControlnet: Layout = {
  title: "diffusers",
  prefixes: ["", "controlnet."],
  mark: "controlnet_cond_embedding.conv_in.weight",
  names: [],
};
