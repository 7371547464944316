// What a learned embedding is applied to: a pipeline of pictures, perhaps with a ControlNet, or one that draws videos.

import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { refuse } from "../../common/diagnostic.ts";
import type { TargetKind } from "../../common/target-model.ts";
import { controlnetConfig, residualCount } from "../controlnet/controlnet-config.ts";
import { embeddedBase, EMBEDDED_NAME, modelPath, pipelinePath } from "../embedded.ts";
import { partInFolder, readPartConfig, type ModelPart } from "../model-part.ts";
import { openMotionNetwork, openNetwork, type Network } from "../networks.ts";
import { ANIMATE_DIFF, LATENT_DIFFUSION } from "../noise-schedules.ts";
import { openPipelineFolder, readSchedulerFile } from "../pipeline-folder.ts";
import type { PipelineOptions, PipelineSource, SchedulerSource } from "../pipeline-source.ts";
import {
  openPipeline,
  openPipelineSource,
  openSource,
  type OpenUnet,
  type Pipeline,
  withTextEncoder,
} from "../pipeline.ts";
import { checkpointSource } from "../single-file/checkpoint-source.ts";
import { openCheckpoint } from "../single-file/checkpoint.ts";
import { unetConfig } from "../unet/unet-config.ts";
import { unet3dConfig } from "../video/unet-3d-config.ts";
import { kindOfTarget } from "./kind-of-target.ts";
import { type OwnSettings, readOwnSettings } from "./own-settings.ts";
import { publishedSettings, type PublishedSettings } from "./published-settings.ts";

export interface Target {
  /** For people. */
  readonly name: string;
  /** Its `unet` is the network that draws: of pictures or of videos, moved or not. */
  readonly pipeline: Pipeline;
  readonly kind: TargetKind;
  readonly draws: Pipeline["draws"];
  /** Where that pipeline comes from, as programs name it. */
  readonly source: TargetSource;
  /** What they add to the network is summed. */
  readonly controlnets: readonly Steering[];
  readonly settings: PublishedSettings;
  readonly example: NonNullable<OwnSettings["example"]> | null;
}

export interface TargetSource {
  readonly path: string;
  readonly base?: string | undefined;
}

export interface Steering {
  readonly network: Network;
  /** Residuals for the skips; one for the middle comes besides. */
  readonly residuals: number;
}

export interface TargetOptions extends PipelineOptions {
  readonly base?: string | undefined;
  /** Besides the model itself, where that is one. */
  readonly controlnets?: readonly string[] | undefined;
}

/** @throws Refusal if it is none of these, or lacks the base that it needs */
export function openTarget(to: string, options: TargetOptions): Target {
  const path = modelPath(to);
  const kind = kindOfTarget(path);
  const own = readOwnSettings(path);
  const base = options.base ?? (kind === "pipeline" ? undefined : embeddedBase(path));
  const { controlnets = [] } = options;
  const opened = openers[kind](to, path, { ...options, base });
  const { draws } = opened.pipeline;
  if (draws === "videos" && controlnets.length > 0) refuseSteeredVideo(opened.name);
  return {
    ...opened,
    draws,
    name: own.name ?? opened.name,
    kind,
    settings: { ...opened.settings, ...own.settings },
    example: exampleOf(path, own),
  };
}

export interface VideoModel {
  readonly pipeline: Pipeline;
  readonly published: PublishedSettings;
}

/** @throws Refusal if it draws no videos, or lacks the base that it needs */
export function openVideoModel(to: string, options: PipelineOptions): VideoModel {
  const path = modelPath(to);
  const kind = kindOfTarget(path);
  if (kind === "pipeline" || kind === "controlnet") refuseStill(path);
  const { pipeline, settings } = openTarget(to, options);
  return { pipeline, published: settings };
}

/** @param file of a model that draws no videos */
export function refuseStill(file: string): never {
  return refuse({
    code: "target-kind",
    at: { file },
    message: "this draws pictures, not videos",
    help: "choose ModelScope, ZeroScope, VideoCrafter2 or motion modules of AnimateDiff; Apply to ControlNet draws pictures",
  });
}

function exampleOf(path: string, { example }: OwnSettings): Target["example"] {
  if (example?.picture === undefined) return example ?? null;
  return { ...example, picture: join(path, example.picture) };
}

type Opened = Omit<Target, "kind" | "example" | "draws">;

const openers: Readonly<Record<TargetKind, (to: string, path: string, options: TargetOptions) => Opened>> = {
  pipeline: pictureTarget,
  controlnet: steeredTarget,
  motion: movedTarget,
  video: videoTarget,
};

/** The pipeline whose prediction has to be settled before, if any: those of videos predict noise. */
export function predictingPath(to: string, base: string | undefined): string | undefined {
  const path = modelPath(to);
  const kind = kindOfTarget(path);
  return kind === "pipeline" ? to : kind === "controlnet" ? (base ?? embeddedBase(path)) : undefined;
}

/** Whether it works only on a pipeline that has to be named. */
export function needsBase(path: string): boolean {
  if (embeddedBase(path) !== undefined) return false;
  const kind = kindOfTarget(path);
  return kind === "controlnet" || kind === "motion" || (kind === "video" && !isWhole(path));
}

/** Of a model that draws videos: has it a text encoder and an autoencoder? */
function isWhole(path: string): boolean {
  return statSync(path).isDirectory() ? existsSync(join(path, "unet")) : openCheckpoint(path).holds("text_encoder");
}

function needBase(file: string, does: string, { base }: TargetOptions): string {
  if (base !== undefined) return base;
  return refuse({
    code: "target-base",
    at: { option: "--base" },
    message: `${does} a pipeline of pictures, and none is named besides ${basename(file)}`,
    help: "name its base model",
    command: "`--base path/to/stable-diffusion`",
  });
}

function pictureTarget(to: string, path: string, options: TargetOptions): Opened {
  const source = { path: to === EMBEDDED_NAME ? to : path, base: options.base };
  const pipeline = openPipeline(source.path, options);
  const { controlnets = [] } = options;
  if (controlnets.length === 0) {
    return { name: pipeline.name, pipeline, source, controlnets: [], settings: publishedSettings.picture };
  }
  return steered(pipeline, source, controlnets);
}

function steeredTarget(_: string, path: string, options: TargetOptions): Opened {
  const base = needBase(path, "a ControlNet steers", options);
  const pipeline = openPipeline(base, { ...options, base: undefined });
  return steered(pipeline, { path: base }, [path, ...(options.controlnets ?? [])]);
}

function steered(pipeline: Pipeline, source: TargetSource, paths: readonly string[]): Opened {
  const controlnets = paths.map((path) => openSteering(modelPath(path), pipeline));
  const name = `${paths.map((path) => basename(modelPath(path))).join(" and ")} on ${pipeline.name}`;
  return { name, pipeline, source, controlnets, settings: publishedSettings.controlnet };
}

export function openSteering(path: string, pipeline: Pipeline): Steering {
  if (kindOfTarget(path) !== "controlnet") refuseOtherThanControlNet(path);
  const part = partOf(path, "controlnet");
  const config = readPartConfig(controlnetConfig, part);
  refuseOtherWidth(path, config.cross_attention_dim, pipeline);
  return { network: openNetwork(part, "controlnet"), residuals: residualCount(config) };
}

function movedTarget(_: string, path: string, options: TargetOptions): Opened {
  const base = needBase(path, "motion modules move", options);
  const noise = { file: path, text: JSON.stringify(ANIMATE_DIFF), tellsPrediction: true };
  const source = { ...openSource(pipelinePath(base), { ...options, base: undefined }), readScheduler: () => noise };
  const pipeline = openPipelineSource(source, options, (from): OpenUnet => {
    const part = from.part("unet");
    return {
      part,
      draws: "videos",
      config: readPartConfig(unetConfig, part),
      network: openMotionNetwork(part, partOf(path, "motion")),
      sampleSize: undefined,
    };
  });
  const name = `${basename(path)} on ${pipeline.name}`;
  return { name, pipeline, source: { path, base }, controlnets: [], settings: publishedSettings.animateDiff };
}

function videoTarget(_: string, path: string, options: TargetOptions): Opened {
  const part = partOf(path, "unet3d", options.ema);
  const config = readPartConfig(unet3dConfig, part);
  const source = videoSource(path, options);
  const pipeline = openPipelineSource({ ...source, name: basename(path) }, options, () => ({
    part,
    draws: "videos",
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
  return { name: pipeline.name, pipeline, source: { path, base: options.base }, controlnets: [], settings };
}

/** Text encoder, autoencoder, tokenizer and noise: the model's own, or the base's where it is a UNet alone. */
function videoSource(path: string, { base, ...options }: TargetOptions): PipelineSource {
  const readScheduler = () => noiseOf(path);
  if (base !== undefined) return { ...openSource(pipelinePath(base), options), readScheduler };
  if (statSync(path).isDirectory()) {
    if (existsSync(join(path, "unet"))) return withTextEncoder(openPipelineFolder(path, options, "unet3d"), options);
  } else {
    const checkpoint = openCheckpoint(path);
    if (checkpoint.holds("text_encoder"))
      return withTextEncoder({ ...checkpointSource(checkpoint), readScheduler }, options);
  }
  return refuse({
    code: "target-base",
    at: { option: "--base" },
    message: `${basename(path)} is a video UNet alone, without text encoder and autoencoder`,
    help: "name a Stable Diffusion 2.x as base model, which has the same ones",
    command: "`--base path/to/stable-diffusion-2-1`",
  });
}

/** Of a video UNet: as a scheduler beside it says, otherwise as all that are known. */
function noiseOf(path: string): SchedulerSource {
  const beside = join(path, "scheduler", "scheduler_config.json");
  if (existsSync(beside)) return readSchedulerFile(beside);
  const text = JSON.stringify({ ...LATENT_DIFFUSION, prediction_type: "epsilon" });
  return { file: path, text, tellsPrediction: true };
}

export function partOf(path: string, name: "controlnet" | "motion" | "unet3d", ema?: boolean): ModelPart {
  if (statSync(path).isFile()) return openCheckpoint(path, ema).part(name);
  const inside = join(path, "unet");
  return partInFolder(name === "unet3d" && existsSync(inside) ? inside : path, name, ema);
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

function refuseOtherThanControlNet(file: string): never {
  refuse({
    code: "controlnet-kind",
    at: { file },
    message: "this is no ControlNet",
    help: "name a ControlNet's folder or file, such as control_v11p_sd15_canny.pth",
  });
}

function refuseSteeredVideo(name: string): never {
  refuse({
    code: "control-video",
    at: { option: "--controlnet" },
    message: `${name} draws videos, and ControlNets steer only pictures here`,
    help: "leave ControlNets and their pictures out, or choose a pipeline of pictures",
    command: "without --controlnet and --control",
  });
}
