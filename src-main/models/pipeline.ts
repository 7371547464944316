// A Stable Diffusion pipeline in diffusers' folder layout, opened and checked: do its parts belong together?

import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { type Diagnostic, Refusal, refuse } from "../common/diagnostic.ts";
import type { EmbeddingSpace } from "../common/embedding-space.ts";
import { gather } from "../common/gather.ts";
import { type ClipTextConfig, clipTextConfig } from "./clip/clip-config.ts";
import { embedded, EMBEDDED_NAME } from "./embedded.ts";
import { embeddingSpaceOf } from "./embedding-space.ts";
import { checkModelIndex } from "./model-index.ts";
import { type Network, openNetwork } from "./networks.ts";
import { parseConfig, readConfig, readJson } from "./parse-config.ts";
import { readTokenizerFiles, type TokenizerFiles } from "./tokenizer/tokenizer-files.ts";
import { timestepProjection, type TimestepProjection } from "./unet/timestep-embedding.ts";
import { type UnetConfig, unetConfig } from "./unet/unet-config.ts";
import { type VaeConfig, vaeConfig, vaeFactor } from "./vae/vae-config.ts";

export interface Pipeline {
  /** For people: the folder's name, or `emoji`. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly textEncoder: Network;
  readonly unet: Network;
  readonly vaeDecoder: Network;
  readonly tokenizerFolder: string;
  /** Holds scheduler_config.json. */
  readonly schedulerFolder: string;
  /** The length that every prompt is padded to, and the numbers per token. */
  readonly tokens: number;
  readonly width: number;
  readonly space: EmbeddingSpace;
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

/** What a pipeline is made of. */
export const pipelineParts = ["text_encoder", "tokenizer", "unet", "vae", "scheduler"] as const;

/**
 * @param path a pipeline's folder, or `emoji` for the embedded one
 * @throws Refusal with every fault of every part
 */
export function openPipeline(path: string): Pipeline {
  const folder = pipelineFolder(path);
  refuseOtherThings(folder);
  checkModelIndex(folder);
  const at = (part: (typeof pipelineParts)[number]): string => join(folder, part);
  refuseMissingFolders(folder);

  // The config of a part comes before its network, so that a faulty one is reported once.
  const parts = gather({
    text: () => ({
      config: readConfig(clipTextConfig, at("text_encoder")),
      network: openNetwork(folder, "text_encoder"),
    }),
    unet: () => ({
      config: readConfig(unetConfig, at("unet")),
      sampleSize: readSampleSize(at("unet")),
      network: openNetwork(folder, "unet"),
    }),
    vae: () => ({ config: readConfig(vaeConfig, at("vae")), decoder: openNetwork(folder, "vae_decoder") }),
    tokenizer: () => readTokenizerFiles(at("tokenizer")),
  });
  const { text, unet, vae, tokenizer } = parts;
  const faults = [
    ...checkTokenizer(folder, tokenizer, text.config),
    ...checkWidth(folder, unet.config, text.config),
    ...checkLatents(folder, unet.config, vae.config),
  ];
  if (faults.length > 0) throw new Refusal(faults);

  const factor = vaeFactor(vae.config);
  const [height, width] = unet.sampleSize;
  const space = { ...embeddingSpaceOf(text.config, text.network.weights), tokens: tokenizer.length };
  return {
    name: path === EMBEDDED_NAME ? EMBEDDED_NAME : basename(folder),
    folder,
    textEncoder: text.network,
    unet: unet.network,
    vaeDecoder: vae.decoder,
    tokenizerFolder: at("tokenizer"),
    schedulerFolder: at("scheduler"),
    tokens: space.tokens,
    width: space.width,
    space,
    timeProjection: timestepProjection(unet.config),
    latentChannels: vae.config.latent_channels,
    vaeScaling: vae.config.scaling_factor,
    vaeFactor: factor,
    defaultSize: { height: height * factor, width: width * factor },
  };
}

/** The absolute folder that a user's word for a pipeline stands for. */
export function pipelineFolder(path: string): string {
  return path === EMBEDDED_NAME ? embedded.pipeline : resolve(path);
}

function refuseOtherThings(folder: string): void {
  const status = statSync(folder, { throwIfNoEntry: false });
  if (status === undefined) {
    refuse({
      code: "pipeline-missing",
      at: { file: folder },
      message: "there is no such folder",
      help: `check the path, or use the embedded pipeline by its name, ${EMBEDDED_NAME}`,
    });
  }
  if (status.isDirectory()) return;
  refuse({
    code: "pipeline-file",
    at: { file: folder },
    message: "a pipeline is a folder with text_encoder, tokenizer, unet, vae and scheduler, but this is a file",
    help: "give the folder of a model in diffusers' layout; a single-file checkpoint can be converted with diffusers",
  });
}

function refuseMissingFolders(folder: string): void {
  const missing = pipelineParts.filter((name) => !existsSync(join(folder, name)));
  if (missing.length === 0) return;
  refuse({
    code: "pipeline-incomplete",
    at: { file: folder },
    message: `this folder lacks ${missing.join(", ")}`,
    help:
      missing.length === pipelineParts.length
        ? "give the folder of a whole model in diffusers' layout, the one that holds model_index.json"
        : "download the whole model: all of these folders belong to it",
  });
}

const sampleSize = z.object({
  sample_size: z
    .union([z.int().positive(), z.tuple([z.int().positive(), z.int().positive()])])
    .nullish()
    // As in diffusers: the latents of Stable Diffusion 1.x.
    .transform((size) => size ?? 64),
});

/** [height, width] of the latents that the UNet was trained on. */
function readSampleSize(folder: string): readonly [number, number] {
  const file = join(folder, "config.json");
  const { sample_size: size } = parseConfig(sampleSize, readJson(file), file);
  return typeof size === "number" ? [size, size] : size;
}

function checkTokenizer(folder: string, tokenizer: TokenizerFiles, text: ClipTextConfig): readonly Diagnostic[] {
  const at = { file: join(folder, "tokenizer") };
  const other = { file: join(folder, "text_encoder", "config.json") };
  const help = "use the tokenizer folder that came with this text encoder";
  const faults: Diagnostic[] = [];
  const count = [...tokenizer.ids.values()].reduce((most, id) => Math.max(most, id + 1), 0);
  if (count > text.vocab_size) {
    faults.push({
      severity: "error",
      code: "tokenizer-vocabulary",
      at: { ...at, part: "vocab.json" },
      message: `the tokenizer has ${count} tokens, but the text encoder knows ${text.vocab_size}`,
      notes: [{ at: { ...other, part: "vocab_size" }, message: `is ${text.vocab_size}` }],
      help,
    });
  }
  if (tokenizer.length > text.max_position_embeddings) {
    faults.push({
      severity: "error",
      code: "tokenizer-length",
      at: { ...at, part: "model_max_length" },
      message: `the tokenizer pads to ${tokenizer.length} tokens, but the text encoder has ${text.max_position_embeddings} positions`,
      notes: [{ at: { ...other, part: "max_position_embeddings" }, message: `is ${text.max_position_embeddings}` }],
      help,
    });
  }
  return faults;
}

function checkWidth(folder: string, unet: UnetConfig, text: ClipTextConfig): readonly Diagnostic[] {
  if (unet.cross_attention_dim === text.hidden_size) return [];
  return [
    {
      severity: "error",
      code: "pipeline-width",
      at: { file: join(folder, "unet", "config.json"), part: "cross_attention_dim" },
      message: `the UNet reads texts of width ${unet.cross_attention_dim}, but the text encoder writes width ${text.hidden_size}`,
      notes: [
        {
          at: { file: join(folder, "text_encoder", "config.json"), part: "hidden_size" },
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

function checkLatents(folder: string, unet: UnetConfig, vae: VaeConfig): readonly Diagnostic[] {
  const at = { file: join(folder, "unet", "config.json"), part: "in_channels" };
  const { in_channels: read, out_channels: written } = unet;
  const latent = vae.latent_channels;
  const notes = [
    { at: { file: join(folder, "vae", "config.json"), part: "latent_channels" }, message: `is ${latent}` },
  ];
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
