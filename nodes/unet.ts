// The UNet, at the size at which it works.

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
  inputs: { unet: { kind: "unet", label: "UNet", help: "Of a pipeline." } },
  outputs: { model: { kind: "model", label: "Model", help: "The UNet, ready to be guided." } },
  params: z.object(sizeParams),
  compile: ({ inputs, params, call, fault }) => ({ outputs: { model: call("model", inputs, sizeOf(params, fault)) } }),
});
