// The UNet as diffusers names it: the names that the network itself uses.

import type { Layout } from "./layout.ts";

export const diffusersUnet: Layout = {
  title: "diffusers",
  prefixes: ["", "unet."],
  mark: "conv_in.weight",
  names: [],
};
