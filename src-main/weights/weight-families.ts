// What a file of weights is, by the names of its tensors. One row a family, the most particular first.

import type { LaidOutPart } from "./layouts/index.ts";
import type { WeightMap } from "./weight-map.ts";

interface Outlook {
  readonly message: string;
  readonly help: string;
  /** What it is used as, besides a model; absent: it is of no use by itself. */
  readonly usedAs?: "lora";
  /** The same on the command line. */
  readonly command?: string;
}

export interface WeightFamily {
  readonly title: string;
  /** One of the file's tensor names matches. */
  readonly mark: RegExp;
  /** And this holds of the file too. */
  readonly where?: (weights: WeightMap) => boolean;
  /** Whether a file of it, without a config.json beside, is a model that draws pictures; or why not, and what to do. */
  readonly outlook: Outlook | "runs";
  /** Networks that such a file may hold, and that can be run; absent: none. */
  readonly parts?: readonly LaidOutPart[];
}

const NEEDS_CONFIG: Outlook = {
  message: "these weights need the config.json that says how they are put together",
  help: "put it beside the file, and give the folder",
};
const OTHER_ARCHITECTURE: Outlook = {
  message: "this architecture cannot be run",
  help: "Stable Diffusion 1.x and 2.x can, and models trained further from them",
};
const ADDED: Outlook = {
  message: "it changes a model, and is none by itself",
  help: "give the model that it was made for, and the file to Load LoRA",
  usedAs: "lora",
};
const CHANGES: Outlook = {
  message: "it changes a model, and is none by itself; adapters of this kind cannot be used",
  help: "merge it into its model with another program (diffusers: `load_lora_weights`, `fuse_lora`, `save_pretrained`), and give what that saves",
};
const NOT_YET: Outlook = {
  message: "files of this kind cannot be used yet",
  help: "use the model that it was made for without it",
};

/** What the files of a whole model hold. */
const WHOLE: readonly LaidOutPart[] = ["text_encoder", "unet", "vae"];
const STEERS: Outlook = {
  message: "it steers a model, and is none by itself",
  help: "apply a learned embedding to it, with a base model and an image that steers",
  command: "`reneg apply EMBEDDING --to THIS --base MODEL --control IMAGE …`",
};
const MOVES: Outlook = {
  message: "it makes a model of pictures draw videos, and is none by itself",
  help: "apply a learned embedding to it, with a Stable Diffusion 1.5 as base model",
  command: "`reneg apply EMBEDDING --to THIS --base MODEL …`",
};
const DRAWS_VIDEOS: Outlook = {
  message: "it draws videos, not pictures",
  help: "apply a learned embedding to it",
  command: "`reneg apply EMBEDDING --to THIS …`",
};

const TEXTUAL_INVERSION: WeightFamily = {
  title: "textual inversion",
  mark: /^(emb_params|clip_l|clip_g|string_to_param.*)$/,
  outlook: {
    message: "word vectors are an embedding, and no model",
    help: "give them where an embedding is asked for, with the model that they were made for",
  },
};

const FAMILIES: readonly WeightFamily[] = [
  { title: "LyCORIS adapter", mark: /\.hada_w1_a$|\.lokr_w1/, outlook: CHANGES },
  { title: "LoRA", mark: /(^|[._])lora[._](up|down|A|B|unet|te)/, outlook: ADDED },
  {
    title: "ControlNet",
    mark: /^(control_model|controlnet_cond_embedding|controlnet_down_blocks|input_hint_block)\./,
    outlook: STEERS,
    parts: ["controlnet"],
  },
  { title: "T2I-Adapter or IP-Adapter", mark: /^(adapter\.body|image_proj|ip_adapter)\./, outlook: NOT_YET },
  { title: "motion module (AnimateDiff)", mark: /motion_modules\./, outlook: MOVES, parts: ["motion"] },
  TEXTUAL_INVERSION,
  {
    title: "single-file Stable Diffusion 3",
    mark: /^model\.diffusion_model\.joint_blocks\./,
    outlook: OTHER_ARCHITECTURE,
  },
  { title: "Flux", mark: /(^|\.)double_blocks\.0\./, outlook: OTHER_ARCHITECTURE },
  {
    title: "Stable Video Diffusion",
    mark: /^model\.diffusion_model\..*\.time_stack\./,
    outlook: OTHER_ARCHITECTURE,
  },
  {
    title: "refiner of Stable Diffusion XL",
    mark: /^conditioner\.embedders\.0\.model\./,
    // Stable Diffusion 2.x in SGM's names has the same, 1024 wide.
    where: isOfXl,
    outlook: OTHER_ARCHITECTURE,
  },
  {
    title: "single-file Stable Diffusion XL",
    mark: /^conditioner\.embedders\./,
    where: isOfXl,
    outlook: OTHER_ARCHITECTURE,
  },
  {
    title: "UNet of Stable Diffusion XL",
    // A block of Stable Diffusion 1.x and 2.x has one transformer layer, and nothing but a text is added to the time.
    mark: /^((model\.)?diffusion_model\.)?(input_blocks\.\d+\.1|down_blocks\.\d+\.attentions\.\d+)\.transformer_blocks\.1\.|^(unet\.)?add_embedding\./,
    outlook: OTHER_ARCHITECTURE,
  },
  {
    title: "video model (VideoCrafter, ModelScope)",
    mark: /^(model\.diffusion_model\.)?(init_attn\.|input_blocks\.\d+\.\d+\.temopral_conv\.)/,
    outlook: DRAWS_VIDEOS,
    parts: ["unet3d", "text_encoder", "vae"],
  },
  {
    title: "unCLIP or upscaler of Stable Diffusion 2",
    mark: /^(model\.diffusion_model\.label_emb|embedder\.model|noise_augmentor)\./,
    outlook: OTHER_ARCHITECTURE,
  },
  {
    title: "single-file Stable Diffusion 2.x",
    mark: /^(cond_stage_model|conditioner\.embedders\.0)\.model\./,
    outlook: "runs",
    parts: WHOLE,
  },
  {
    title: "single-file Stable Diffusion 1.x",
    mark: /^(cond_stage_model|conditioner\.embedders\.0)\.transformer\./,
    outlook: "runs",
    parts: WHOLE,
  },
  {
    title: "single-file UNet of Stable Diffusion",
    mark: /^((model\.)?diffusion_model\.)?input_blocks\./,
    outlook: "runs",
    parts: WHOLE,
  },
  {
    title: "single-file autoencoder of Stable Diffusion",
    mark: /^(first_stage_model\.)?decoder\.up\.\d+\.block\./,
    outlook: "runs",
    parts: WHOLE,
  },
  {
    title: "weights of a video UNet",
    mark: /^down_blocks\.\d+\.temp_(convs|attentions)\./,
    outlook: DRAWS_VIDEOS,
    parts: ["unet3d"],
  },
  { title: "weights of a UNet", mark: /^down_blocks\.\d+\.(resnets|attentions)\./, outlook: NEEDS_CONFIG },
  { title: "weights of an autoencoder", mark: /^decoder\.(up_blocks|mid_block)\./, outlook: NEEDS_CONFIG },
  { title: "weights of a CLIP model", mark: /^visual_projection\.weight$/, outlook: NEEDS_CONFIG },
  {
    title: "weights of a CLIP text encoder",
    mark: /(^|\.)embeddings\.token_embedding\.weight$/,
    outlook: NEEDS_CONFIG,
  },
  {
    title: "weights of a CLIP image encoder",
    mark: /(^|\.)embeddings\.patch_embedding\.weight$/,
    outlook: NEEDS_CONFIG,
  },
  {
    title: "weights of a T5 text encoder",
    mark: /^encoder\.block\.0\.layer\.0\.SelfAttention\./,
    outlook: OTHER_ARCHITECTURE,
  },
];

export function weightFamilyOf(weights: WeightMap): WeightFamily | undefined {
  const names = [...weights.keys()];
  const found = FAMILIES.find(
    ({ mark, where }) => names.some((name) => mark.test(name)) && (where === undefined || where(weights)),
  );
  return found ?? lonelyVectors(weights);
}

/**
 * Stable Diffusion 1.x and 2.x in the names of SGM, Stability's later code, begin as the XL family does: but XL has a second encoder, and
 * its UNets add sizes to the time. A text encoder alone is told by its width.
 */
function isOfXl(weights: WeightMap): boolean {
  const names = [...weights.keys()];
  if (names.some((name) => /^(conditioner\.embedders\.1|model\.diffusion_model\.label_emb)\./.test(name))) return true;
  const width = textWidthOf(weights) ?? widthOfEncoder(weights);
  return names.some((name) => name.startsWith("model.diffusion_model.")) ? XL_WIDTHS.has(width) : !SD_WIDTHS.has(width);
}

/** Of texts: the refiner's and SDXL's own; those of 1.x and 2.x. */
const XL_WIDTHS: ReadonlySet<number | undefined> = new Set([1280, 2048]);
const SD_WIDTHS: ReadonlySet<number | undefined> = new Set([768, 1024]);

function widthOfEncoder(weights: WeightMap): number | undefined {
  return weights.entries().find(([name]) => name.endsWith("token_embedding.weight"))?.[1].shape[1];
}

/** diffusers saves a textual inversion as one tensor [vectors, width] under the name of its word. */
function lonelyVectors(weights: WeightMap): WeightFamily | undefined {
  const [[name, { shape }] = ["", { shape: [] }], ...others] = weights;
  const isVectors = others.length === 0 && shape.length === 2 && [768, 1024, 1280].includes(shape[1] ?? 0);
  return isVectors && name.startsWith("<") ? TEXTUAL_INVERSION : undefined;
}

/** The width of the texts that a UNet's cross-attention reads. */
export function textWidthOf(weights: WeightMap): number | undefined {
  const key = [...weights].find(([name]) => name.endsWith(".attn2.to_k.weight"));
  return key?.[1].shape[1];
}
