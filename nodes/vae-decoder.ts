// The decoder of the VAE: latents to pictures.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const vaeDecoder = defineNode({
  type: "sampling/vae-decoder",
  version: 1,
  title: "VAE Decoder",
  computes: "vae",
  help: "Turns a latent into an image that one can see, and that a reward can score.",
  synonyms: ["VAE Decode", "VAEDecode", "AutoencoderKL", "Latent to Image"],
  inputs: {
    vae: {
      kind: "vae",
      label: "VAE",
      help: "What decodes: that of the pipeline which draws, or of another whose latents are alike.",
    },
    latent: { kind: "latent", label: "Latent", help: "From a Sampler." },
  },
  outputs: { image: { kind: "image", label: "Image", help: "The image." } },
  params: z.object({}),
  compile: ({ inputs, call }) => ({ outputs: { image: call("decode", inputs) } }),
});
