// The UNet, at the size at which it works.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

const side = z
  .int()
  .positive()
  .multipleOf(8, "images are made in steps of 8 pixels")
  .max(2048)
  .nullable()
  .default(null);

export const unet = defineNode({
  type: "model/unet",
  version: 1,
  title: "UNet",
  computes: "unet",
  help: "Predicts the noise in an image that is being made. Larger images need more memory and time.",
  synonyms: ["UNet2DConditionModel", "Denoiser", "Empty Latent Image", "Width and Height"],
  inputs: { unet: { kind: "unet", label: "UNet", help: "Of a pipeline." } },
  outputs: { model: { kind: "model", label: "Model", help: "The UNet, ready to be guided." } },
  params: z.object({
    height: side.meta({
      label: "Height",
      unit: "pixels",
      step: 8,
      help: "Of the images. Give both sides, or neither.",
      empty: "what the pipeline was made for",
    }),
    width: side.meta({
      label: "Width",
      unit: "pixels",
      step: 8,
      help: "Of the images. Give both sides, or neither.",
      empty: "what the pipeline was made for",
    }),
  }),
  compile({ inputs, params: { height, width }, fault }) {
    if ((height === null) !== (width === null)) {
      fault({
        code: "size-half",
        param: height === null ? "height" : "width",
        message: `the ${height === null ? "width" : "height"} is ${height ?? width}, but the other side is left open`,
        help: "give both sides, or neither",
      });
    }
    const size = height === null || width === null ? null : { height, width };
    return { outputs: { model: { pipeline: inputs.unet.pipeline, size } } };
  },
});
