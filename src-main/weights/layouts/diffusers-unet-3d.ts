// The video UNet (ModelScope, ZeroScope, VideoCrafter) as diffusers names it: the names that the network itself uses.

import type { Layout, ViewRule } from "./layout.ts";
import { asMatrix, overFrames } from "./views.ts";

/** Convolutions over frames as flat ones, and projections of kernel 1 as matrices. */
export const videoViews: readonly ViewRule[] = [
  { tensor: /(?<=\.conv[1-4]\.[23])\.weight$/, parts: [[".weight", overFrames]] },
  { tensor: /(?<=\.proj_(in|out))\.weight$/, parts: [[".weight", asMatrix]] },
];

export const diffusersUnet3d: Layout = {
  title: "diffusers",
  prefixes: ["", "unet."],
  mark: "transformer_in.norm.weight",
  views: videoViews,
  names: [],
};
