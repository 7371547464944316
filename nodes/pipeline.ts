// A diffusion pipeline on disk, which supplies the text encoder, the UNet, the VAE and the noise schedule.

import { z } from "zod";
import { predictionName } from "../src-main/common/sampling.ts";
import { defineNode } from "./define-node.ts";

export const pipeline = defineNode({
  type: "model/pipeline",
  version: 1,
  title: "Pipeline",
  help: "A Stable Diffusion model on this machine, or the small emoji pipeline that comes with the program.",
  synonyms: [
    "Load Checkpoint",
    "CheckpointLoaderSimple",
    "Load Model",
    "Load Diffusion Model",
    "UNETLoader",
    "Load VAE",
    "VAELoader",
    "Load CLIP",
    "CLIPLoader",
    "StableDiffusionPipeline",
  ],
  inputs: {},
  outputs: {
    encoder: { kind: "text encoder", label: "Text encoder", help: "Turns prompts into conditions." },
    unet: { kind: "unet", label: "UNet", help: "Predicts the noise in a latent." },
    vae: { kind: "vae", label: "VAE", help: "Turns latents into images." },
  },
  params: z.object({
    path: z.string().min(1, "no model is chosen").meta({
      label: "Model",
      help: "The folder or file of a Stable Diffusion model, or the small emoji pipeline that comes with the program.",
      control: "folder",
      offers: "pipeline",
    }),
    tokenizer: z.string().default("").meta({
      label: "Tokenizer",
      help: "The folder of a CLIP tokenizer, if the model needs one that is neither its own nor that of CLIP.",
      control: "folder",
      empty: "the model's own",
    }),
    textEncoder: z.string().default("").meta({
      label: "Text encoder",
      help: "One in place of the model's own: a folder that transformers or Fine-tune Text Encoder has saved, or a model whose text encoder is used.",
      control: "folder",
      offers: "text encoder",
      empty: "the model's own",
    }),
    base: z.string().default("").meta({
      label: "Base model",
      help: "It lends the text encoder or the VAE, if the file has none.",
      control: "folder",
      offers: "pipeline",
      empty: "nothing is missing",
    }),
    prediction: predictionName.nullable().default(null).meta({
      label: "Prediction",
      help: "What the UNet predicts: the noise (epsilon), or the velocity (v).",
      empty: "as the model says, or as a trial tells",
    }),
    weights: z.enum(["ema", "trained"]).nullable().default(null).meta({
      label: "UNet weights",
      help: "Where a model holds two sets of them: the running means over its training (ema), or those as trained.",
      empty: "as the model is usually read",
    }),
  }),
  tags({ path, tokenizer, textEncoder, base }, { spaceOfPipeline }) {
    const space = spaceOfPipeline(path, { ...named({ tokenizer }), ...named({ textEncoder }), ...named({ base }) });
    return space === undefined ? {} : { space };
  },
  compile({ params: { path, tokenizer, textEncoder, base, prediction, weights }, call }) {
    const settings = {
      path,
      ...named({ tokenizer }),
      ...named({ textEncoder }),
      ...named({ base }),
      ...(prediction === null ? {} : { prediction }),
      ...(weights === null ? {} : { ema: weights === "ema" }),
    };
    const part = (fn: string, as: string) => call(fn, {}, settings, { as, params: { ema: "weights" } });
    return {
      outputs: { encoder: part("text encoder", "encoder"), unet: part("unet", "unet"), vae: part("vae", "vae") },
    };
  },
});

/** A path that is not chosen is left out. */
function named<Paths extends Readonly<Record<string, string>>>(paths: Paths): Partial<Paths> {
  return Object.values(paths).includes("") ? {} : paths;
}
