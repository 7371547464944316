// A Stable Diffusion pipeline, in a folder or in a single file, opened and checked: do its parts belong together?

import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { counted } from "../common/counted.ts";
import { type Diagnostic, Refusal, refuse } from "../common/diagnostic.ts";
import type { EmbeddingSpace } from "../common/embedding-space.ts";
import { gather } from "../common/gather.ts";
import type { Prediction } from "../common/sampling.ts";
import { type ClipTextConfig, clipTextConfig } from "./clip/clip-config.ts";
import { EMBEDDED_NAME, pipelinePath } from "./embedded.ts";
import { embeddingSpaceOf } from "./embedding-space.ts";
import { partInFolder, readPartConfig, type ModelPart } from "./model-part.ts";
import { type Network, openNetwork, type PartComponent } from "./networks.ts";
import { openPipelineFolder } from "./pipeline-folder.ts";
import type { PipelineOptions, PipelineSource, SchedulerSource, TokenizerSource } from "./pipeline-source.ts";
import { openPipelineFile } from "./single-file/checkpoint-source.ts";
import { readTokenizerFiles, type TokenizerFiles } from "./tokenizer/tokenizer-files.ts";
import { timestepProjection, type TimestepProjection } from "./unet/timestep-embedding.ts";
import { type UnetConfig, unetConfig } from "./unet/unet-config.ts";
import { type VaeConfig, vaeConfig, vaeFactor } from "./vae/vae-config.ts";

export interface Pipeline {
  /** For people: the folder's or file's name, or `emoji`. */
  readonly name: string;
  /** Absolute: a folder, or a single file. */
  readonly path: string;
  readonly textEncoder: Network;
  readonly unet: Network;
  readonly vaeDecoder: Network;
  readonly tokenizer: TokenizerFiles;
  readonly scheduler: SchedulerSource;
  /** What the user says that the UNet predicts, whatever the scheduler's config says. */
  readonly prediction: Prediction | undefined;
  /** The length that every prompt is padded to, and the numbers per token. */
  readonly tokens: number;
  readonly width: number;
  readonly space: EmbeddingSpace;
  /** What its network draws: videos have frames, beside height and width. */
  readonly draws: "pictures" | "videos";
  /** How a timestep becomes the UNet's `timestep_sinusoid`. */
  readonly timeProjection: TimestepProjection;
  readonly latentChannels: number;
  /** A latent times this is what the UNet sees. */
  readonly vaeScaling: number;
  /** Pixels along one side of a latent element. */
  readonly vaeFactor: number;
  /** Pixels: what the UNet was trained at. */
  readonly defaultSize: { readonly height: number; readonly width: number };
}

/**
 * @param path a pipeline's folder, a single file that holds a whole model, or `emoji` for the embedded pipeline
 * @throws Refusal with every fault of every part
 */
export function openPipeline(path: string, options: PipelineOptions = {}): Pipeline {
  const pipeline = openPipelineSource(openSource(pipelinePath(path), options), options, openUnet);
  return path === EMBEDDED_NAME ? { ...pipeline, name: EMBEDDED_NAME } : pipeline;
}

/** What a pipeline asks of the network that draws, be it of pictures or of videos. */
type UnetFacts = Pick<
  UnetConfig,
  "cross_attention_dim" | "in_channels" | "out_channels" | "block_out_channels" | "flip_sin_to_cos" | "freq_shift"
>;
export interface OpenUnet extends OpenPart<UnetFacts> {
  readonly draws: Pipeline["draws"];
  /** Latents [height, width] of the pictures it was trained on, where the config tells. */
  readonly sampleSize: readonly [number, number] | null | undefined;
}

/** Latents of 8192 pixels; no picture is larger. */
const LARGEST_LATENT = 1024;

function openUnet(source: PipelineSource): OpenUnet {
  return {
    ...openPart(source, "unet", unetConfig, "unet"),
    draws: "pictures",
    sampleSize: readPartConfig(sampleSize, source.part("unet")),
  };
}

/** @throws as `openPipeline` */
export function openPipelineSource(
  source: PipelineSource,
  { tokenizer: folder, prediction }: PipelineOptions,
  openDrawing: (source: PipelineSource) => OpenUnet,
): Pipeline {
  // The config of a part comes before its network, so that a faulty one is reported once.
  const parts = gather({
    text: () => openPart(source, "text_encoder", clipTextConfig, "text_encoder"),
    unet: () => openDrawing(source),
    vae: () => openPart(source, "vae", vaeConfig, "vae_decoder"),
    tokenizer: () => (folder === undefined ? source.readTokenizer() : readTokenizer(resolve(folder))),
    scheduler: () => source.readScheduler(),
  });
  const { text, unet, vae, tokenizer, scheduler } = parts;
  const faults = [...checkTokenizer(tokenizer, text), ...checkWidth(unet, text), ...checkLatents(unet, vae)];
  if (faults.length > 0) throw new Refusal(faults);

  const factor = vaeFactor(vae.config);
  const [height, width] = unet.sampleSize ?? usualSampleSize(scheduler, prediction);
  const space = { ...embeddingSpaceOf(text.config, text.network.weights), tokens: tokenizer.files.length };
  return {
    name: source.name,
    path: source.path,
    textEncoder: text.network,
    unet: unet.network,
    vaeDecoder: vae.network,
    tokenizer: tokenizer.files,
    scheduler,
    prediction,
    tokens: space.tokens,
    width: space.width,
    space,
    draws: unet.draws,
    timeProjection: timestepProjection(unet.config),
    latentChannels: vae.config.latent_channels,
    vaeScaling: vae.config.scaling_factor,
    vaeFactor: factor,
    defaultSize: { height: height * factor, width: width * factor },
  };
}

export function openSource(path: string, options: PipelineOptions): PipelineSource {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) {
    return refuse({
      code: "pipeline-missing",
      at: { file: path },
      message: "there is no such file or folder",
      help: `check the path, or use the embedded pipeline by its name, ${EMBEDDED_NAME}`,
    });
  }
  const own = status.isDirectory() ? openPipelineFolder(path, options) : openPipelineFile(path, options);
  const whole = options.base === undefined ? own : lend(own, pipelinePath(options.base));
  return withTextEncoder(whole, options);
}

/** With that of another model, or one by itself, if one is named. Its words are those of the tokenizer that the source has. */
export function withTextEncoder(
  source: PipelineSource,
  { textEncoder }: Pick<PipelineOptions, "textEncoder">,
): PipelineSource {
  if (textEncoder === undefined) return source;
  return {
    ...source,
    holds: (name) => name === "text_encoder" || source.holds(name),
    part: (name) => (name === "text_encoder" ? textEncoderPart(textEncoder) : source.part(name)),
  };
}

/** @param path of its folder, or of a model that holds it @throws Refusal */
export function textEncoderPart(path: string): ModelPart {
  return partOfBase(pipelinePath(path), "text_encoder");
}

/** Parts that are not held, out of another model; it is not opened where none is missing. */
function lend(own: PipelineSource, base: string): PipelineSource {
  return {
    ...own,
    part: (name) => (own.holds(name) ? own.part(name) : partOfBase(base, name)),
    readTokenizer: () => (own.holds("tokenizer") ? own : openSource(base, {})).readTokenizer(),
  };
}

/** Out of a whole model, or of a folder that is this one part. @throws Refusal */
function partOfBase(base: string, name: "text_encoder" | "unet" | "vae"): ModelPart {
  const isPart = existsSync(join(base, "config.json"));
  return isPart ? partInFolder(base, name) : openSource(base, {}).part(name);
}

interface OpenPart<Config> {
  readonly part: ModelPart;
  readonly config: Config;
  readonly network: Network;
}

function openPart<Schema extends z.ZodType>(
  source: PipelineSource,
  name: "text_encoder" | "unet" | "vae",
  schema: Schema,
  component: PartComponent,
): OpenPart<z.output<Schema>> {
  const part = source.part(name);
  return { part, config: readPartConfig(schema, part), network: openNetwork(part, component) };
}

function readTokenizer(folder: string): TokenizerSource {
  return { files: readTokenizerFiles(folder), place: { file: folder } };
}

const side = z.int().positive().max(LARGEST_LATENT);
const sampleSize = z
  .object({
    sample_size: z.union([side, z.tuple([side, side])]).nullish(),
    _diffusers_version: z.string().optional(),
  })
  .transform(({ sample_size: size, _diffusers_version: version }): readonly [number, number] | null | undefined => {
    if (typeof size !== "number") return size;
    // Before 0.9 the size was written down without being meant; StableDiffusionPipeline (diffusers) takes 64 in its place.
    return version !== undefined && size < 64 && isBefore09(version) ? [64, 64] : [size, size];
  });

function isBefore09(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major === 0 && minor < 9;
}

/** [height, width] of the latents where no config tells: 512 pixels, or the 768 of Stable Diffusion 2.x that predicts velocities. */
function usualSampleSize(
  { tellsPrediction }: SchedulerSource,
  prediction: Prediction | undefined,
): readonly [number, number] {
  return !tellsPrediction && prediction === "v" ? [96, 96] : [64, 64];
}

function checkTokenizer(
  { files, place }: TokenizerSource,
  { part, config: text }: OpenPart<ClipTextConfig>,
): readonly Diagnostic[] {
  const help = "use the tokenizer folder that came with this text encoder";
  const faults: Diagnostic[] = [];
  const count = [...files.ids.values()].reduce((most, id) => Math.max(most, id + 1), 0);
  if (count > text.vocab_size) {
    faults.push({
      severity: "error",
      code: "tokenizer-vocabulary",
      at: { ...place, part: "vocab.json" },
      message: `the tokenizer has ${counted(count, "token")}, but the text encoder knows ${text.vocab_size}`,
      notes: [{ at: { file: part.configFile, part: "vocab_size" }, message: `is ${text.vocab_size}` }],
      help,
    });
  }
  if (files.length > text.max_position_embeddings) {
    faults.push({
      severity: "error",
      code: "tokenizer-length",
      at: { ...place, part: "model_max_length" },
      message: `the tokenizer pads to ${counted(files.length, "token")}, but the text encoder has ${counted(text.max_position_embeddings, "position")}`,
      notes: [
        {
          at: { file: part.configFile, part: "max_position_embeddings" },
          message: `is ${text.max_position_embeddings}`,
        },
      ],
      help,
    });
  }
  return faults;
}

function checkWidth(
  { part, config: unet }: OpenUnet,
  { part: textPart, config: text }: OpenPart<ClipTextConfig>,
): readonly Diagnostic[] {
  if (unet.cross_attention_dim === text.hidden_size) return [];
  return [
    {
      severity: "error",
      code: "pipeline-width",
      at: { file: part.configFile, part: "cross_attention_dim" },
      message: `the UNet reads texts of width ${unet.cross_attention_dim}, but the text encoder writes width ${text.hidden_size}`,
      notes: [
        {
          at: { file: textPart.configFile, part: "hidden_size" },
          message: `is ${text.hidden_size}`,
        },
      ],
      help: "UNet and text encoder come from different models: take both from the same one",
    },
  ];
}

/** UNets that read more than the latents of the picture that they draw, by the extra channels. */
const EXTRA_CHANNELS: { readonly [extra: number]: string } = {
  1: "a depth-to-image UNet",
  4: "an InstructPix2Pix UNet",
  5: "an inpainting UNet",
};

function checkLatents(
  { part, config: unet }: OpenUnet,
  { part: vaePart, config: vae }: OpenPart<VaeConfig>,
): readonly Diagnostic[] {
  const at = { file: part.configFile, part: "in_channels" };
  const { in_channels: read, out_channels: written } = unet;
  const latent = vae.latent_channels;
  const notes = [{ at: { file: vaePart.configFile, part: "latent_channels" }, message: `is ${latent}` }];
  if (read === latent && written === latent) return [];
  const variant = written === latent ? EXTRA_CHANNELS[read - latent] : undefined;
  if (variant !== undefined) {
    return [
      {
        severity: "error",
        code: "pipeline-variant",
        at,
        message: `this is ${variant}: it reads ${read} channels, ${latent} of them the latents`,
        notes,
        help: "use the text-to-image model of the same family; its embeddings fit this one where the text encoder is the same",
      },
    ];
  }
  return [
    {
      severity: "error",
      code: "pipeline-latents",
      at,
      message: `the UNet reads ${read} and writes ${written} channels, but the autoencoder's latents have ${latent}`,
      notes,
      help: "UNet and autoencoder come from different models: take both from the same one",
    },
  ];
}
