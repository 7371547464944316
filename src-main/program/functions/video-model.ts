// A model that draws videos, and its parts: motion modules with the pipeline that they move, or a video UNet.

import { z } from "zod";
import { defineFunction } from "../function.ts";
import { pipelineChoice, pipelinePaths } from "./pipeline-parts.ts";

/** `base`: what motion modules move, or what lends a lone video UNet its text encoder and autoencoder. */
export const videoModel = defineFunction({
  name: "video model",
  help: "A model that draws videos.",
  inputs: {},
  output: "video model",
  settings: pipelineChoice,
  paths: pipelinePaths,
  open: ({ ref, settings: { path, ...options }, host }) => ({ ref, ...host.videoModel(path, options) }),
});

const inputs = { model: { kind: "video model" } } as const;

export const videoTextEncoder = defineFunction({
  name: "video text encoder",
  help: "The text encoder of a video model, with its tokenizer.",
  inputs,
  output: "text encoder",
  settings: z.strictObject({}),
  infer: ({ inputs: { model } }) => model.facts,
  open: ({ ref, inputs: { model } }) => ({ ref, pipeline: model.pipeline }),
});

export const videoUnet = defineFunction({
  name: "video unet",
  help: "The network of a video model, which predicts the noise of all frames together.",
  inputs,
  output: "unet",
  settings: z.strictObject({}),
  infer: ({ inputs: { model } }) => model.facts,
  open: ({ inputs: { model } }) => ({ pipeline: model.pipeline, published: model.published }),
});

export const videoVae = defineFunction({
  name: "video vae",
  help: "The autoencoder of a video model, which decodes each frame by itself.",
  inputs,
  output: "vae",
  settings: z.strictObject({}),
  infer: ({ inputs: { model } }) => model.facts,
  open: ({ inputs: { model } }) => ({ pipeline: model.pipeline }),
});
