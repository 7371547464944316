// What a learned embedding is applied to: a pipeline of pictures, perhaps with a ControlNet, or one that draws videos.

import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import { controlnetConfig, residualCount } from "../controlnet/controlnet-config.ts";
import { pipelinePath } from "../embedded.ts";
import { readModelIndex } from "../model-index.ts";
import { partInFolder, readPartConfig, type ModelPart } from "../model-part.ts";
import { openMotionNetwork, openNetwork, type Network } from "../networks.ts";
import { ANIMATE_DIFF, LATENT_DIFFUSION } from "../noise-schedules.ts";
import { readJson } from "../parse-config.ts";
import { openPipelineFolder } from "../pipeline-folder.ts";
import type { PipelineOptions, PipelineSource } from "../pipeline-source.ts";
import { openPipeline, openPipelineSource, openSource, type OpenUnet, type Pipeline } from "../pipeline.ts";
import { checkpointSource } from "../single-file/checkpoint-source.ts";
import { openCheckpoint } from "../single-file/checkpoint.ts";
import { unetConfig } from "../unet/unet-config.ts";
import { unet3dConfig } from "../video/unet-3d-config.ts";
import { publishedSettings, type PublishedSettings } from "./published-settings.ts";

export interface Target {
  /** For people. */
  readonly name: string;
  /** Its `unet` is the network that draws: of pictures or of videos, moved or not. */
  readonly pipeline: Pipeline;
  readonly draws: "pictures" | "videos";
  readonly controlnet: Steering | null;
  readonly settings: PublishedSettings;
}

export interface Steering {
  readonly network: Network;
  /** Residuals for the skips; one for the middle comes besides. */
  readonly residuals: number;
}

export interface TargetOptions extends PipelineOptions {
  readonly base?: string | undefined;
}

/** @throws Refusal if it is none of these, or lacks the base that it needs */
export function openTarget(to: string, options: TargetOptions): Target {
  const path = pipelinePath(to);
  const kind = kindOf(path);
  switch (kind) {
    case "pipeline": {
      const pipeline = openPipeline(to, options);
      return {
        name: pipeline.name,
        pipeline,
        draws: "pictures",
        controlnet: null,
        settings: publishedSettings.picture,
      };
    }
    case "controlnet":
      return steeredTarget(path, needBase(path, "a ControlNet steers", options), options);
    case "motion":
      return movedTarget(path, needBase(path, "motion modules move", options), options);
    case "video":
      return videoTarget(path, options);
  }
}

/** The pipeline whose prediction has to be settled before, if any: those of videos predict noise. */
export function predictingPath(to: string, base: string | undefined): string | undefined {
  const kind = kindOf(pipelinePath(to));
  return kind === "pipeline" ? to : kind === "controlnet" ? base : undefined;
}

type TargetKind = "pipeline" | "controlnet" | "motion" | "video";

const KIND_OF_CLASS: Readonly<Record<string, TargetKind>> = {
  ControlNetModel: "controlnet",
  MotionAdapter: "motion",
  UNet3DConditionModel: "video",
  UNet3DVideoCrafterConditionModel: "video",
};
const VIDEO_CLASSES = ["UNet3DConditionModel", "UNet3DVideoCrafterConditionModel"];

function kindOf(path: string): TargetKind {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isFile() === true) return kindOfFile(path);
  const index = status?.isDirectory() === true ? readModelIndex(path) : undefined;
  if (index !== undefined) {
    refuseOutOfReach(path, index.pipeline);
    return VIDEO_CLASSES.includes(index.classes["unet"] ?? "") ? "video" : "pipeline";
  }
  const config = join(path, "config.json");
  if (!existsSync(config)) return "pipeline";
  const { data } = z.looseObject({ _class_name: z.string() }).safeParse(readJson(config));
  refuseOutOfReach(path, data?._class_name ?? "");
  return KIND_OF_CLASS[data?._class_name ?? ""] ?? "pipeline";
}

function kindOfFile(path: string): TargetKind {
  if (path.endsWith(".onnx")) return "pipeline";
  const { parts = [] } = openCheckpoint(path).family;
  if (parts.includes("controlnet")) return "controlnet";
  if (parts.includes("motion")) return "motion";
  return parts.includes("unet3d") ? "video" : "pipeline";
}

function refuseOutOfReach(file: string, className: string): void {
  const family = /^(LTX|PixArt|CogVideo|Wan|Hunyuan|Mochi|StableVideo)/.exec(className)?.[1];
  if (family === undefined) return;
  refuse({
    code: "target-out-of-reach",
    at: { file },
    message: `${className} is out of reach: this program cannot run its network, so that no embedding can be applied to it, PixArt's to LTX-Video included`,
    help: "videos are drawn by ModelScope, ZeroScope and VideoCrafter2 (embeddings of Stable Diffusion 2.x), and by AnimateDiff (of 1.5)",
  });
}

function needBase(file: string, does: string, { base }: TargetOptions): string {
  if (base !== undefined) return base;
  return refuse({
    code: "target-base",
    at: { option: "--base" },
    message: `${does} a pipeline of pictures, and none is named besides ${basename(file)}`,
    help: "name it: `--base path/to/stable-diffusion`",
  });
}

function steeredTarget(path: string, base: string, options: TargetOptions): Target {
  const pipeline = openPipeline(base, options);
  const part = partOf(path, "controlnet");
  const config = readPartConfig(controlnetConfig, part);
  refuseOtherWidth(path, config.cross_attention_dim, pipeline);
  const controlnet = { network: openNetwork(part, "controlnet"), residuals: residualCount(config) };
  const name = `${basename(path)} on ${pipeline.name}`;
  return { name, pipeline, draws: "pictures", controlnet, settings: publishedSettings.controlnet };
}

function movedTarget(path: string, base: string, options: TargetOptions): Target {
  const noise = { file: path, text: JSON.stringify(ANIMATE_DIFF), tellsPrediction: true };
  const source = { ...openSource(pipelinePath(base)), readScheduler: () => noise };
  const pipeline = openPipelineSource(source, options, (from): OpenUnet => {
    const part = from.part("unet");
    return {
      part,
      config: readPartConfig(unetConfig, part),
      network: openMotionNetwork(part, partOf(path, "motion")),
      sampleSize: undefined,
    };
  });
  const name = `${basename(path)} on ${pipeline.name}`;
  return { name, pipeline, draws: "videos", controlnet: null, settings: publishedSettings.animateDiff };
}

function videoTarget(path: string, options: TargetOptions): Target {
  const part = partOf(path, "unet3d");
  const config = readPartConfig(unet3dConfig, part);
  const source = videoSource(path, options);
  const pipeline = openPipelineSource({ ...source, name: basename(path) }, options, () => ({
    part,
    config,
    network: openNetwork(part, "unet3d"),
    sampleSize: undefined,
  }));
  const isZeroScope = /zeroscope|zs2/i.test(path);
  const settings = config.fps_cond
    ? publishedSettings.videoCrafter
    : isZeroScope
      ? publishedSettings.zeroScope
      : publishedSettings.modelScope;
  return { name: pipeline.name, pipeline, draws: "videos", controlnet: null, settings };
}

/** Text encoder, autoencoder, tokenizer and noise: the model's own, or the base's where it is a UNet alone. */
function videoSource(path: string, { base }: TargetOptions): PipelineSource {
  const noise = {
    file: path,
    text: JSON.stringify({ ...LATENT_DIFFUSION, prediction_type: "epsilon" }),
    tellsPrediction: true,
  };
  if (base !== undefined) return { ...openSource(pipelinePath(base)), readScheduler: () => noise };
  if (statSync(path).isDirectory()) {
    if (existsSync(join(path, "unet"))) return openPipelineFolder(path, VIDEO_CLASSES);
  } else {
    const checkpoint = openCheckpoint(path);
    if (checkpoint.holds("text_encoder")) {
      return { ...checkpointSource(checkpoint), readScheduler: () => noise };
    }
  }
  return refuse({
    code: "target-base",
    at: { option: "--base" },
    message: `${basename(path)} is a video UNet alone, without text encoder and autoencoder`,
    help: "name a Stable Diffusion 2.x, which has the same ones: `--base path/to/stable-diffusion-2-1`",
  });
}

function partOf(path: string, name: "controlnet" | "motion" | "unet3d"): ModelPart {
  if (statSync(path).isFile()) return openCheckpoint(path).part(name);
  const inside = join(path, "unet");
  return partInFolder(name === "unet3d" && existsSync(inside) ? inside : path, name);
}

function refuseOtherWidth(file: string, width: number, pipeline: Pipeline): void {
  if (width === pipeline.width) return;
  refuse({
    code: "controlnet-width",
    at: { file },
    message: `this ControlNet reads texts of width ${width}, but ${pipeline.name} writes width ${pipeline.width}`,
    help: "768 is of Stable Diffusion 1.x, 1024 of 2.x: take ControlNet and base of the same",
  });
}
