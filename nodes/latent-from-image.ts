// Images that exist, as latents to begin with.

import { z } from "zod";
import { defineNode } from "./define-node.ts";
import { sizeOf, sizeParams } from "./image-size.ts";

export const latentFromImage = defineNode({
  type: "sampling/latent-from-image",
  version: 1,
  title: "Latent from Image",
  help: "Encodes an image, or the images of a folder in turn, so that Sampler begins with them in place of noise alone: image-to-image, to draw and to train.",
  synonyms: ["VAE Encode", "VAEEncode", "Img2Img", "Image to Image", "Init Image", "Image to Latent"],
  inputs: { vae: { kind: "vae", label: "VAE", help: "What encodes: that of the pipeline which draws." } },
  outputs: { latent: { kind: "latent", label: "Latent", help: "The encoded images, for Start of Sampler." } },
  params: z.object({
    source: z.string().min(1, "no image is chosen").meta({
      label: "Image",
      help: "An image, or a folder of images, which are taken in turn.",
      control: "file",
      offers: "image",
    }),
    ...sizeParams,
  }),
  compile: ({ inputs, params: { source, ...sides }, call, fault }) => ({
    outputs: { latent: call("encode images", inputs, { source, ...sizeOf(sides, fault) }) },
  }),
});
