// What config.json would say, told from the shapes of the tensors; what shapes do not tell is as in the known families.

import { refuse } from "../../common/diagnostic.ts";
import type { LaidOutPart } from "../../weights/layouts/index.ts";
import type { WeightMap } from "../../weights/weight-map.ts";

type Config = Readonly<Record<string, unknown>>;

/** Of all norms of Stable Diffusion 1.x and 2.x. */
const NORM_GROUPS = 32;
/** Width of an attention head in both text encoders, and in the UNet of 2.x. */
const HEAD_WIDTH = 64;
/** Heads at every level of the UNet of 1.x. */
const HEADS_SD1 = 8;
/** Width of the text encoder of 1.x, CLIP ViT-L/14. */
const CLIP_L_WIDTH = 768;
/** Width of OpenCLIP ViT-H/14's text encoder. */
const OPEN_CLIP_WIDTH = 1024;

export interface Tensors {
  /** By the names that the networks use. */
  readonly weights: WeightMap;
  /** For messages. */
  readonly file: string;
}

/** @throws Refusal if a tensor is missing that would tell something */
export const deriveConfig: { readonly [P in LaidOutPart]: (tensors: Tensors) => Config } = {
  text_encoder: deriveTextConfig,
  unet: deriveUnetConfig,
  vae: deriveVaeConfig,
  controlnet: deriveControlnetConfig,
  unet3d: deriveUnet3dConfig,
  motion: deriveMotionConfig,
};

function deriveTextConfig(tensors: Tensors): Config {
  const { weights } = tensors;
  const [vocabulary, width = 0] = shapeOf(tensors, "embeddings.token_embedding.weight");
  const [tokens] = shapeOf(tensors, "embeddings.position_embedding.weight");
  const [intermediate] = shapeOf(tensors, "encoder.layers.0.mlp.fc1.weight");
  const layers = count((i) => weights.has(`encoder.layers.${i}.layer_norm1.weight`));
  return {
    vocab_size: vocabulary,
    hidden_size: width,
    intermediate_size: intermediate,
    num_hidden_layers: layers,
    num_attention_heads: headsOf(width),
    max_position_embeddings: tokens,
    hidden_act: isOpenClip(width, layers) ? "gelu" : "quick_gelu",
    // The end of the text is the token of the largest id.
    eos_token_id: 2,
  };
}

/** OpenCLIP has 24 layers of which the last is not used; narrow imitations have its depth too. CLIP ViT-L/14 has 12 of width 768. */
export function isOpenClip(width: number, layers: number): boolean {
  return width === OPEN_CLIP_WIDTH || layers === 23;
}

function deriveUnetConfig(tensors: Tensors): Config {
  const [out] = shapeOf(tensors, "conv_out.weight");
  const { levels, config } = deriveBlocks(tensors);
  const attends = attendsIn(tensors, "up_blocks");
  return {
    ...config,
    out_channels: out,
    up_block_types: range(levels).map((i) => (attends(i) ? "CrossAttnUpBlock2D" : "UpBlock2D")),
  };
}

/** What UNet and ControlNet have in common. */
function deriveBlocks(tensors: Tensors): { readonly levels: number; readonly config: Config } {
  const { channels, layers } = deriveLevels(tensors);
  const attends = attendsIn(tensors, "down_blocks");
  const [, into] = shapeOf(tensors, "conv_in.weight");
  const isLinear = shapeOfFirst(tensors, ".proj_in.weight").length === 2;
  const [, textWidth = 0] = shapeOfFirst(tensors, ".attn2.to_k.weight");
  const config = {
    in_channels: into,
    block_out_channels: channels,
    down_block_types: channels.map((_, i) => (attends(i) ? "CrossAttnDownBlock2D" : "DownBlock2D")),
    layers_per_block: layers,
    cross_attention_dim: textWidth,
    use_linear_projection: isLinear,
    num_attention_heads: channels.map((width) => (hasWideHeads(textWidth, isLinear) ? headsOf(width) : HEADS_SD1)),
    norm_num_groups: NORM_GROUPS,
  };
  return { levels: channels.length, config };
}

/**
 * 2.x has heads of one width, where 1.x has one number of heads. Its texts tell which it is: some trainers save the projections of 1.x
 * as matrices, and those of 2.x as convolutions. Only narrow imitations read texts of other widths; they are as the published models.
 */
function hasWideHeads(textWidth: number, isLinear: boolean): boolean {
  if (textWidth === CLIP_L_WIDTH) return false;
  return textWidth === OPEN_CLIP_WIDTH || isLinear;
}

function deriveLevels(tensors: Tensors): { readonly channels: readonly number[]; readonly layers: number } {
  const { weights, file } = tensors;
  const levels = count((level) => weights.has(resnet("down_blocks", level)));
  const channels = range(levels).map((level) => shapeOf(tensors, resnet("down_blocks", level))[0] ?? 0);
  refuseOddWidths(channels, file);
  return { channels, layers: count((i) => weights.has(resnet("down_blocks", 0, i))) };
}

function attendsIn({ weights }: Tensors, blocks: string): (level: number) => boolean {
  return (level) => weights.has(`${blocks}.${level}.attentions.0.norm.weight`);
}

function deriveControlnetConfig(tensors: Tensors): Config {
  const { weights } = tensors;
  const hint = (layer: string): readonly number[] => shapeOf(tensors, `controlnet_cond_embedding.${layer}.weight`);
  const halvings = count((i) => weights.has(`controlnet_cond_embedding.blocks.${2 * i + 1}.weight`));
  const [first = 0, picture] = hint("conv_in");
  return {
    ...deriveBlocks(tensors).config,
    conditioning_channels: picture,
    conditioning_embedding_out_channels: [first, ...range(halvings).map((i) => hint(`blocks.${2 * i + 1}`)[0] ?? 0)],
  };
}

/** The heads of the layer over frames before all blocks. */
const FIRST_HEADS = 8;

function deriveUnet3dConfig(tensors: Tensors): Config {
  const { weights } = tensors;
  const { channels, layers } = deriveLevels(tensors);
  const down = attendsIn(tensors, "down_blocks");
  const up = attendsIn(tensors, "up_blocks");
  const [out] = shapeOf(tensors, "conv_out.weight");
  const [, into] = shapeOf(tensors, "conv_in.weight");
  const [inner = 0] = shapeOf(tensors, "transformer_in.proj_in.weight");
  return {
    in_channels: into,
    out_channels: out,
    block_out_channels: channels,
    down_block_types: channels.map((_, i) => (down(i) ? "CrossAttnDownBlock3D" : "DownBlock3D")),
    up_block_types: channels.map((_, i) => (up(i) ? "CrossAttnUpBlock3D" : "UpBlock3D")),
    layers_per_block: layers,
    // The second attention of a layer over frames reads no text.
    cross_attention_dim: shapeOfFirst(
      tensors,
      ".attentions.0.transformer_blocks.0.attn2.to_k.weight",
      "down_blocks.",
    )[1],
    attention_head_dim: inner / FIRST_HEADS,
    norm_num_groups: NORM_GROUPS,
    fps_cond: weights.has("fps_embedding.linear_1.weight"),
  };
}

function deriveMotionConfig(tensors: Tensors): Config {
  const { weights } = tensors;
  const module = (block: string, index = 0): string => `${block}.motion_modules.${index}.norm.weight`;
  const levels = count((level) => weights.has(module(`down_blocks.${level}`)));
  const positions = weights.entries().find(([name]) => name.endsWith(".pos_embed.pe"))?.[1].shape[1];
  return {
    block_out_channels: range(levels).map((level) => shapeOf(tensors, module(`down_blocks.${level}`))[0]),
    motion_layers_per_block: count((i) => weights.has(module("down_blocks.0", i))),
    use_motion_mid_block: weights.has(module("mid_block")),
    motion_norm_num_groups: NORM_GROUPS,
    ...(positions === undefined ? {} : { motion_max_seq_length: positions }),
  };
}

function deriveVaeConfig(tensors: Tensors): Config {
  const { weights, file } = tensors;
  const levels = count((level) => weights.has(resnet("decoder.up_blocks", level)));
  // The decoder begins with the widest level.
  const channels = range(levels)
    .map((level) => shapeOf(tensors, resnet("decoder.up_blocks", level))[0] ?? 0)
    .toReversed();
  refuseOddWidths(channels, file);
  const [, latent] = shapeOf(tensors, "decoder.conv_in.weight");
  const [picture] = shapeOf(tensors, "decoder.conv_out.weight");
  return {
    in_channels: picture,
    out_channels: picture,
    latent_channels: latent,
    block_out_channels: channels,
    // The decoder has one more than the encoder.
    layers_per_block: count((i) => weights.has(resnet("decoder.up_blocks", 0, i))) - 1,
    norm_num_groups: NORM_GROUPS,
    mid_block_add_attention: weights.has("decoder.mid_block.attentions.0.to_q.weight"),
    use_quant_conv: weights.has("quant_conv.weight"),
    use_post_quant_conv: weights.has("post_quant_conv.weight"),
    down_block_types: range(levels).map(() => "DownEncoderBlock2D"),
    up_block_types: range(levels).map(() => "UpDecoderBlock2D"),
  };
}

function refuseOddWidths(channels: readonly number[], file: string): void {
  const odd = channels.find((width) => width % NORM_GROUPS !== 0);
  if (odd === undefined) return;
  refuse({
    code: "checkpoint-width",
    at: { file },
    message: `a level of the network has ${odd} channels, which do not divide into the ${NORM_GROUPS} groups of Stable Diffusion's norms`,
    help: "give the model as a folder in diffusers' layout, where config.json tells the number of groups",
  });
}

function headsOf(width: number): number {
  return Math.max(1, Math.floor(width / HEAD_WIDTH));
}

function resnet(blocks: string, level: number, index = 0): string {
  return `${blocks}.${level}.resnets.${index}.conv1.weight`;
}

function shapeOf({ weights, file }: Tensors, name: string): readonly number[] {
  return weights.get(name)?.shape ?? refuseMissing(file, name);
}

function shapeOfFirst({ weights, file }: Tensors, ending: string, beginning = ""): readonly number[] {
  const found = weights.entries().find(([name]) => name.startsWith(beginning) && name.endsWith(ending));
  return found?.[1].shape ?? refuseMissing(file, `…${ending}`);
}

function refuseMissing(file: string, part: string): never {
  refuse({
    code: "weight-missing",
    at: { file, part },
    message: "the file lacks this tensor, by which the size of the network is known",
    help: "download the file again; if it stays so, give the model as a folder in diffusers' layout",
  });
}

/** How many of 0, 1, 2 … in a row are there. */
function count(has: (index: number) => boolean): number {
  let index = 0;
  while (has(index)) index += 1;
  return index;
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
