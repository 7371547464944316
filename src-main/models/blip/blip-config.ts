// The sizes of BLIP's two towers: the text's from med_config.json, the picture's from the shapes of its tensors.

import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import type { WeightMap } from "../../weights/weight-map.ts";
import { activations, type ActivationName } from "../layers.ts";

// Object.keys widens the keys of `activations`.
const activationNames = Object.keys(activations) as ActivationName[];

/** med_config.json; what it leaves out is BERT-base. */
export const bertConfig = z.object({
  hidden_act: z.enum(activationNames).default("gelu"),
  hidden_size: z.int().positive().default(768),
  intermediate_size: z.int().positive().default(3072),
  layer_norm_eps: z.number().positive().default(1e-12),
  max_position_embeddings: z.int().positive().default(512),
  num_attention_heads: z.int().positive().default(12),
  num_hidden_layers: z.int().positive().default(12),
  vocab_size: z.int().positive().default(30524),
});
export type BertConfig = z.output<typeof bertConfig>;

export interface BlipVisionConfig {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly mlpWidth: number;
  readonly patch: number;
  /** Pixels of a side. */
  readonly side: number;
}

/** Of ViT-B/16 and ViT-L/16, the two that BLIP has. */
const HEAD_WIDTH = 64;

/** @param prefix of the tower's tensors, with its dot */
export function blipVisionConfig(weights: WeightMap, prefix: string, file: string): BlipVisionConfig {
  const shape = (name: string): readonly number[] => {
    const found = weights.get(prefix + name);
    if (found !== undefined) return found.shape;
    return refuse({
      code: "weight-missing",
      at: { file, part: prefix + name },
      message: "the network needs this tensor, but the file does not hold it",
      help: "check that the download is complete",
    });
  };
  const [width = 0, , patch = 0] = shape("patch_embed.proj.weight");
  const [, tokens = 0] = shape("pos_embed");
  const [mlpWidth = 0] = shape("blocks.0.mlp.fc1.weight");
  let layers = 0;
  while (weights.has(`${prefix}blocks.${layers}.norm1.weight`)) layers++;
  return {
    width,
    layers,
    heads: Math.max(width / HEAD_WIDTH, 1),
    mlpWidth,
    patch,
    side: Math.sqrt(tokens - 1) * patch,
  };
}
