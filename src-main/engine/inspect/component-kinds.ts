// The parts of a pipeline and the rewards, by the class names that their config files carry.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseSchedulerConfig, schedulerOf } from "../../diffusion/scheduler-config.ts";
import { clipConfig, clipTextConfig } from "../../models/clip/clip-config.ts";
import { embeddingSpaceOf } from "../../models/embedding-space.ts";
import { readConfig, readJson } from "../../models/parse-config.ts";
import { openReward } from "../../models/reward/reward.ts";
import { readTokenizerFiles } from "../../models/tokenizer/tokenizer-files.ts";
import { unetConfig } from "../../models/unet/unet-config.ts";
import { vaeConfig, vaeFactor } from "../../models/vae/vae-config.ts";
import { readTensors } from "../../weights/safetensors.ts";
import type { WeightMap } from "../../weights/weight-map.ts";
import { attempt } from "./attempt.ts";
import { checkNetwork } from "./check-network.ts";
import { type Description, fact, notSupportedYet } from "./kind.ts";
import { weightFacts } from "./weight-facts.ts";

export interface ComponentKind {
  readonly kind: "component" | "reward";
  readonly title: string;
  readonly describe: (folder: string) => ComponentDescription;
}

export interface ComponentDescription extends Description {
  readonly weights?: WeightMap;
}

const BY_CLASS: Readonly<Record<string, ComponentKind>> = {
  CLIPTextModel: { kind: "component", title: "CLIP text encoder", describe: describeTextEncoder },
  UNet2DConditionModel: { kind: "component", title: "UNet", describe: describeUnet },
  AutoencoderKL: { kind: "component", title: "autoencoder", describe: describeVae },
  CLIPModel: { kind: "reward", title: "CLIP reward", describe: describeReward },
};

/** Known by name, so that people learn what they have. */
const NOT_SUPPORTED: Readonly<Record<string, string>> = {
  CLIPTextModelWithProjection: "text encoder of Stable Diffusion XL",
  CLIPVisionModelWithProjection: "CLIP image encoder",
  T5EncoderModel: "T5 text encoder",
  ControlNetModel: "ControlNet",
  UNet3DConditionModel: "video UNet (ModelScope, ZeroScope)",
  UNetMotionModel: "video UNet (AnimateDiff)",
  MotionAdapter: "motion module (AnimateDiff)",
  UNetSpatioTemporalConditionModel: "video UNet (Stable Video Diffusion)",
  AutoencoderKLTemporalDecoder: "video autoencoder (Stable Video Diffusion)",
  AutoencoderTiny: "tiny autoencoder",
  SD3Transformer2DModel: "transformer of Stable Diffusion 3",
  FluxTransformer2DModel: "transformer of Flux",
  PixArtTransformer2DModel: "transformer of PixArt",
  LTXVideoTransformer3DModel: "transformer of LTX-Video",
  StableDiffusionSafetyChecker: "safety checker",
};

const SCHEDULER: ComponentKind = { kind: "component", title: "scheduler", describe: describeScheduler };
const TOKENIZER: ComponentKind = { kind: "component", title: "CLIP tokenizer", describe: describeTokenizer };

/** `undefined` if nothing in the folder says that it is a part of a model. */
export function componentKindOf(folder: string): ComponentKind | undefined {
  if (existsSync(join(folder, "config.json"))) return kindByConfig(folder);
  if (existsSync(join(folder, "scheduler_config.json"))) return SCHEDULER;
  if (existsSync(join(folder, "vocab.json"))) return TOKENIZER;
  return undefined;
}

function kindByConfig(folder: string): ComponentKind {
  const { value: className } = attempt(() => classNameOf(folder));
  if (className !== undefined) return kindOfClass(className);
  // Reading the broken config once more tells what is wrong with it.
  return { kind: "component", title: "part of a model", describe: () => ({ title: classNameOf(folder) }) };
}

function kindOfClass(className: string): ComponentKind {
  const found = BY_CLASS[className];
  if (found !== undefined) return found;
  const title = NOT_SUPPORTED[className] ?? className;
  return {
    kind: "component",
    title,
    describe: (folder) => ({ problems: [notSupportedYet(folder, `a ${title} cannot be used yet (${className})`)] }),
  };
}

const named = z.object({
  _class_name: z.string().optional(),
  architectures: z.array(z.string()).min(1).optional(),
  model_type: z.string().optional(),
});

/** diffusers writes `_class_name`, transformers `architectures`. */
function classNameOf(folder: string): string {
  const json = named.safeParse(readJson(join(folder, "config.json")));
  const { _class_name: diffusers, architectures, model_type: type } = json.data ?? {};
  return (
    diffusers ?? architectures?.[0] ?? (type === undefined ? "a model without a class name" : `model type ${type}`)
  );
}

function describeTextEncoder(folder: string): ComponentDescription {
  const config = readConfig(clipTextConfig, folder);
  const { max_position_embeddings: tokens } = config;
  const weights = checkNetwork(folder, "text_encoder", { input_ids: ["int64", [1, tokens]] });
  return {
    weights,
    space: embeddingSpaceOf(config, weights).id,
    facts: [
      fact("layers", `${config.num_hidden_layers} of width ${config.hidden_size}, ${config.num_attention_heads} heads`),
      fact("tokens", `${tokens}, from a vocabulary of ${config.vocab_size}`),
      fact("activation", config.hidden_act),
      ...weightFacts(weights),
    ],
  };
}

function describeUnet(folder: string): ComponentDescription {
  const config = readConfig(unetConfig, folder);
  // The smallest latents that can be halved at every level.
  const side = 2 ** (config.block_out_channels.length - 1);
  const weights = checkNetwork(folder, "unet", {
    sample: ["float32", [1, config.in_channels, side, side]],
    timestep: ["int64", [1]],
    encoder_hidden_states: ["float32", [1, 1, config.cross_attention_dim]],
  });
  return {
    weights,
    facts: [
      fact("latent channels", `${config.in_channels} in, ${config.out_channels} out`),
      fact("channels", config.block_out_channels.join(", ")),
      fact("blocks per level", config.layers_per_block.join(", ")),
      fact(
        "attention",
        config.down_block_types.map((type) => (type.startsWith("CrossAttn") ? "yes" : "no")).join(", "),
      ),
      fact("heads", config.heads.join(", ")),
      fact("text width", config.cross_attention_dim),
      ...weightFacts(weights),
    ],
  };
}

function describeVae(folder: string): ComponentDescription {
  const config = readConfig(vaeConfig, folder);
  const weights = checkNetwork(folder, "vae_decoder", {
    latent_sample: ["float32", [1, config.latent_channels, 2, 2]],
  });
  return {
    weights,
    facts: [
      fact("latent channels", config.latent_channels),
      fact("pixels per latent", `${vaeFactor(config)}×${vaeFactor(config)}`),
      fact("scaling", config.scaling_factor),
      fact("channels", config.block_out_channels.join(", ")),
      ...weightFacts(weights),
    ],
  };
}

function describeReward(folder: string): ComponentDescription {
  const { text_config: text, vision_config: vision, projection_dim: width } = readConfig(clipConfig, folder);
  const { image_size: side, patch_size: patch } = vision;
  const weights = checkNetwork(folder, "reward", {
    input_ids: ["int64", [1, text.max_position_embeddings]],
    pixel_values: ["float32", [1, vision.num_channels, side, side]],
  });
  // Its tokenizer and its preprocessor must be there too.
  openReward(folder);
  return {
    weights,
    facts: [
      fact("score", `cosine of picture and prompt (logits: times ${logitScale(weights).toFixed(1)})`),
      fact("picture", `${side}×${side} pixels in patches of ${patch}×${patch}`),
      fact("vision tower", printTower(vision)),
      fact("text tower", `${printTower(text)}; ${text.max_position_embeddings} tokens of ${text.vocab_size}`),
      fact("shared width", width),
      ...weightFacts(weights),
    ],
  };
}

interface Tower {
  readonly num_hidden_layers: number;
  readonly hidden_size: number;
  readonly num_attention_heads: number;
}

function printTower({ num_hidden_layers: layers, hidden_size: width, num_attention_heads: heads }: Tower): string {
  return `${layers} layers of width ${width}, ${heads} heads`;
}

function logitScale(weights: WeightMap): number {
  const location = weights.get("logit_scale");
  const [scale] = location === undefined ? [] : Object.values(readTensors(location.file, ["logit_scale"]));
  return Math.exp(Number(scale?.data[0]));
}

function describeScheduler(folder: string): ComponentDescription {
  const file = join(folder, "scheduler_config.json");
  const config = parseSchedulerConfig(readFileSync(file, "utf8"), file);
  const { beta_start: first, beta_end: last, beta_schedule: schedule, num_train_timesteps: count } = config;
  return {
    facts: [
      fact("class", config._class_name ?? "unnamed"),
      fact("prediction", config.prediction_type),
      fact("noise", `${schedule}, β from ${first} to ${last} in ${count} steps`),
      ...(config.timestep_spacing === undefined ? [] : [fact("spacing", config.timestep_spacing)]),
      ...(config.rescale_betas_zero_snr ? [fact("end", "pure noise (zero terminal SNR)")] : []),
    ],
    problems: schedulerOf(config, file).warnings,
  };
}

function describeTokenizer(folder: string): ComponentDescription {
  const { ids, ranks, length, padId } = readTokenizerFiles(folder);
  return {
    facts: [
      fact("vocabulary", `${ids.size} tokens, ${ranks.size} merges`),
      fact("length", `${length} tokens, padded with ${padId}`),
    ],
  };
}
