// A pipeline in diffusers' folder layout.

import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import { holdsTwoSets } from "../weights/component-weights.ts";
import { readTextFile } from "../weights/text-file.ts";
import { refuseOneSet } from "../weights/two-sets.ts";
import { checkModelIndex } from "./model-index.ts";
import { partInFolder } from "./model-part.ts";
import { pointToModels } from "./models-inside.ts";
import type { PipelineOptions, PipelineSource, SchedulerSource } from "./pipeline-source.ts";
import { readTokenizerFiles } from "./tokenizer/tokenizer-files.ts";

/** What a pipeline is made of. */
export const pipelineParts = ["text_encoder", "tokenizer", "unet", "vae", "scheduler"] as const;

/** Of these no other model has the same. */
const OWN_PARTS: (typeof pipelineParts)[number][] = ["unet", "scheduler"];

/**
 * Scheduler configs of 2022 say what nobody meant: StableDiffusionPipeline (diffusers) sets these on loading, whatever the sampler and
 * whatever the file says or leaves out, so that all that was drawn with these models was drawn with them.
 */
const MEANT = { steps_offset: 1, clip_sample: false } as const;

/** @throws Refusal if the pipeline is of another family, or lacks a folder */
export function openPipelineFolder(
  folder: string,
  { ema, base }: Pick<PipelineOptions, "ema" | "base"> = {},
  drawing: "unet" | "unet3d" = "unet",
): PipelineSource {
  checkModelIndex(folder, drawing);
  refuseMissingFolders(folder, base === undefined ? pipelineParts : OWN_PARTS);
  // Before an export is taken for the network, which has no other weights than its own.
  if (ema !== undefined && !holdsTwoSets(partFolder(folder, "unet"))) refuseOneSet(partFolder(folder, "unet"));
  return {
    name: basename(folder),
    path: folder,
    part: (name) => partInFolder(partFolder(folder, name), name, name === "unet" ? ema : undefined),
    holds: (name) => existsSync(partFolder(folder, name)),
    readTokenizer: () => {
      const tokenizer = join(folder, "tokenizer");
      return { files: readTokenizerFiles(tokenizer), place: { file: tokenizer } };
    },
    readScheduler: () => {
      const source = readSchedulerFile(join(folder, "scheduler", "scheduler_config.json"));
      return drawing === "unet" ? { ...source, meant: MEANT } : source;
    },
  };
}

/** ONNX exports have the autoencoder in two folders, of which pictures need the decoder's. */
function partFolder(pipeline: string, name: string): string {
  const usual = join(pipeline, name);
  const exported = join(pipeline, "vae_decoder");
  return name === "vae" && !existsSync(usual) && existsSync(exported) ? exported : usual;
}

function refuseMissingFolders(folder: string, needed: readonly (typeof pipelineParts)[number][]): void {
  const missing = needed.filter((name) => !existsSync(partFolder(folder, name)));
  if (missing.length === 0) return;
  refuse({
    code: "pipeline-incomplete",
    at: { file: folder },
    message: `this folder lacks ${missing.join(", ")}`,
    help:
      missing.length === needed.length
        ? pointToModels(
            folder,
            "give the folder of a whole model in diffusers' layout, the one that holds model_index.json",
          )
        : "download the whole model: all of these folders belong to it; or name one that has the same text encoder and autoencoder as its base model (`base` in a recipe)",
  });
}

export function readSchedulerFile(file: string): SchedulerSource {
  if (existsSync(file)) return { file, text: readTextFile(file, { what: "a JSON text" }), tellsPrediction: true };
  return refuse({
    code: "scheduler-missing",
    at: { file },
    message: "the pipeline does not say what noise it was trained with",
    help: "download the scheduler folder of the model too",
  });
}
