// The UNet, at the size at which it works, and of a video the frames.

import { z } from "zod";
import { defineNode } from "./define-node.ts";
import { sizeOf, sizeParams } from "./image-size.ts";

export const unet = defineNode({
  type: "model/unet",
  version: 1,
  title: "UNet",
  computes: "unet",
  help: "Predicts the noise in an image that is being made. Larger images need more memory and time.",
  synonyms: ["UNet2DConditionModel", "Denoiser", "Empty Latent Image", "Width and Height"],
  inputs: { unet: { kind: "unet", label: "UNet", help: "Of a pipeline, or of a video model." } },
  outputs: { model: { kind: "model", label: "Model", help: "The UNet, ready to be guided." } },
  params: z.object({
    ...sizeParams,
    frames: z.int().min(1).max(256).nullable().default(null).meta({
      label: "Frames",
      help: "Of a video: more need more memory and time. An image has one.",
      empty: "the model's own",
    }),
  }),
  compile: ({ inputs, params: { frames, ...size }, call, fault }) => ({
    outputs: {
      model: call("model", inputs, { ...sizeOf(size, fault), ...(frames === null ? {} : { frames }) }),
    },
  }),
});
