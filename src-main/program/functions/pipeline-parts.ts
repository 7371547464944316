// The parts of a pipeline: text encoder, UNet and VAE, each by the files that hold it.

import { z } from "zod";
import { filePath } from "../../common/path-name.ts";
import { pipelineOptions } from "../../common/sampling.ts";
import { defineFunction } from "../function.ts";

export const pipelineChoice = z.strictObject({ path: filePath, ...pipelineOptions });
export type PipelineChoice = z.output<typeof pipelineChoice>;

export const pipelinePaths = ["path", "tokenizer", "textEncoder", "base"] as const;

export const textEncoder = defineFunction({
  name: "text encoder",
  help: "The text encoder of a pipeline, with its tokenizer.",
  inputs: {},
  output: "text encoder",
  settings: pipelineChoice,
  paths: pipelinePaths,
  open: ({ ref, settings: { path, ...options }, host }) => ({ ref, pipeline: host.pipeline(path, options) }),
});

export const unet = defineFunction({
  name: "unet",
  help: "The UNet of a pipeline, with the noise that it was trained with.",
  inputs: {},
  output: "unet",
  settings: pipelineChoice,
  paths: pipelinePaths,
  open: ({ settings: { path, ...options }, host }) => ({ pipeline: host.pipeline(path, options) }),
});

export const vae = defineFunction({
  name: "vae",
  help: "The autoencoder of a pipeline.",
  inputs: {},
  output: "vae",
  settings: pipelineChoice,
  paths: pipelinePaths,
  open: ({ settings: { path, ...options }, host }) => ({ pipeline: host.pipeline(path, options) }),
});
