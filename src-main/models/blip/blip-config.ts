// The sizes of BLIP's two towers: the text's from med_config.json, the picture's from the shapes of its tensors.

import { z } from "zod";
import { axis, type ConfigTable, count, epsilon, pixels, tableSchema } from "../../common/config-table.ts";
import { refuse } from "../../common/diagnostic.ts";
import type { WeightMap } from "../../weights/weight-map.ts";
import { refuseIndivisible } from "../divisible.ts";
import { activations, type ActivationName } from "../layers.ts";
import { transformersHarmless, transformersOnly } from "../transformers-keys.ts";

// Object.keys widens the keys of `activations`.
const activationNames = Object.keys(activations) as ActivationName[];

/** med_config.json; what it leaves out is BERT-base, with the two words that BLIP adds. */
export const bertTable = {
  className: "BertConfig",
  used: {
    hidden_act: z.enum(activationNames).default("gelu"),
    hidden_size: axis.default(768),
    intermediate_size: axis.default(3072),
    layer_norm_eps: epsilon.default(1e-12),
    max_position_embeddings: axis.default(512),
    num_attention_heads: count.default(12),
    num_hidden_layers: count.default(12),
    vocab_size: axis.default(30524),
  },
  only: {
    ...transformersOnly,
    // BLIP's text tower always looks at the picture.
    add_cross_attention: [true],
    position_embedding_type: ["absolute"],
  },
  harmless: [
    ...transformersHarmless,
    ...["hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout", "eos_token_id"],
    // BLIP's embeddings have no types of tokens.
    "type_vocab_size",
    // The tensors that read the picture tell it.
    "encoder_width",
  ],
} satisfies ConfigTable;

export const bertConfig = tableSchema(bertTable).superRefine((config, context) => {
  const { hidden_size: width, num_attention_heads } = config;
  refuseIndivisible(context, [width], () => ({ num_attention_heads }));
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
  const [heads, side] = [Math.max(width / HEAD_WIDTH, 1), Math.sqrt(tokens - 1) * patch];
  if (!Number.isInteger(heads) || !pixels.safeParse(side).success) {
    refuse({
      code: "weight-shape",
      at: { file, part: `${prefix}pos_embed` },
      message: `a tower of width ${width} with ${tokens} places of ${patch} pixels is none of BLIP's`,
      help: "download ImageReward.pt again",
    });
  }
  return { width, layers, heads, mlpWidth, patch, side };
}
