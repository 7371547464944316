// The UNet of ModelScope and ZeroScope as first published (text2video_pytorch_model.pth).

import { videoViews } from "./diffusers-unet-3d.ts";
import type { Layout } from "./layout.ts";
import { levelOf } from "./ldm-unet.ts";
import { videoNames } from "./video-crafter-unet.ts";

export const modelScopeUnet: Layout = {
  title: "ModelScope",
  prefixes: ["", "model.diffusion_model."],
  mark: "input_blocks.0.1.norm.weight",
  views: videoViews,
  names: [
    [/^input_blocks\.0\.1\./, "transformer_in."],
    // A block of its own, where Stable Diffusion has it first in one.
    [/^input_blocks\.(\d+)\.op\./, (_, n = "") => `down_blocks.${levelOf(Number(n) - 1)}.downsamplers.0.conv.`],
    ...videoNames,
  ],
};
