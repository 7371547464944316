// A model that draws videos, which a learned embedding can be applied to, or trained through.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const videoModel = defineNode({
  type: "model/video",
  version: 1,
  title: "Video Model",
  help: "A model that draws videos: ModelScope, ZeroScope, VideoCrafter2, motion modules of AnimateDiff, or the small one of emoji that comes with the program.",
  synonyms: [
    "AnimateDiff Loader",
    "ADE_AnimateDiffLoaderGen1",
    "Motion Module",
    "ModelScope",
    "ZeroScope",
    "VideoCrafter2",
  ],
  inputs: {},
  outputs: {
    model: { kind: "video model", label: "Model", help: "Draws videos of prompts: to apply what was learned to." },
    encoder: { kind: "text encoder", label: "Text encoder", help: "Turns prompts into conditions." },
    unet: { kind: "unet", label: "UNet", help: "Predicts the noise of all frames together: to train through." },
    vae: { kind: "vae", label: "VAE", help: "Turns the latents of each frame into an image." },
  },
  params: z.object({
    path: z.string().min(1, "no model is chosen").default("emoji:video").meta({
      label: "Model",
      help: "Its folder or file, or the small one that comes with the program.",
      control: "folder",
      offers: "video",
    }),
    base: z.string().default("").meta({
      label: "Base model",
      help: "The pipeline that motion modules move, or that lends a lone video UNet its text encoder and autoencoder.",
      control: "folder",
      offers: "pipeline",
      empty: "none, or the pipeline that is learned with",
    }),
  }),
  tags({ path, base }, { spaceOfVideoModel }) {
    const space = spaceOfVideoModel(path, base === "" ? undefined : base);
    return space === undefined ? {} : { space };
  },
  compile({ params: { path, base }, call }) {
    const model = call("video model", {}, { path, ...(base === "" ? {} : { base }) });
    const part = (fn: string, as: string) => call(fn, { model }, {}, { as });
    return {
      outputs: {
        model,
        encoder: part("video text encoder", "encoder"),
        unet: part("video unet", "unet"),
        vae: part("video vae", "vae"),
      },
    };
  },
});
