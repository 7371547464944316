// AnimateDiff's motion modules as diffusers names them (MotionAdapter): the names that the network itself uses.

import type { Layout } from "./layout.ts";

export const diffusersMotion: Layout = {
  title: "diffusers",
  prefixes: [""],
  mark: "down_blocks.0.motion_modules.0.norm.weight",
  // In a UNetMotionModel they lie among the layers of the UNet.
  unused: /^(?!.*motion_modules\.)/,
  names: [],
};
