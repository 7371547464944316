// config.json of CLIPTextModel, CLIPVisionModel and CLIPModel (transformers), with its defaults.

import { z } from "zod";
import { activations, type ActivationName } from "../layers.ts";

// Object.keys widens the keys of `activations`.
const activationNames = Object.keys(activations) as ActivationName[];

const tower = {
  hidden_act: z.enum(activationNames).default("quick_gelu"),
  layer_norm_eps: z.number().default(1e-5),
  projection_dim: z.int().positive().default(512),
};

export const clipTextConfig = z.object({
  ...tower,
  vocab_size: z.int().positive().default(49408),
  hidden_size: z.int().positive().default(512),
  intermediate_size: z.int().positive().default(2048),
  num_hidden_layers: z.int().positive().default(12),
  num_attention_heads: z.int().positive().default(8),
  max_position_embeddings: z.int().positive().default(77),
  eos_token_id: z.int().default(49407),
});
export type ClipTextConfig = z.output<typeof clipTextConfig>;

export const clipVisionConfig = z.object({
  ...tower,
  hidden_size: z.int().positive().default(768),
  intermediate_size: z.int().positive().default(3072),
  num_hidden_layers: z.int().positive().default(12),
  num_attention_heads: z.int().positive().default(12),
  num_channels: z.int().positive().default(3),
  image_size: z.int().positive().default(224),
  patch_size: z.int().positive().default(32),
});
export type ClipVisionConfig = z.output<typeof clipVisionConfig>;

export const clipConfig = z.object({
  projection_dim: z.int().positive().default(512),
  text_config: clipTextConfig,
  vision_config: clipVisionConfig,
});
export type ClipConfig = z.output<typeof clipConfig>;
