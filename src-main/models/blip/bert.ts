// BLIP's text tower: BERT (Devlin et al. 2019, arXiv:1810.04805) whose every layer also looks at the picture. No token types.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { activations, layerNorm, linear, multiHeadAttention } from "../layers.ts";
import type { Scope } from "../scope.ts";
import type { BertConfig } from "./blip-config.ts";

// Added to a score, this leaves no weight after the softmax.
const NEVER = -1e9;

/** int64 [batch, tokens] → [batch, tokens, width]: all that does not depend on the picture. */
export function bertEmbeddings(scope: Scope, config: BertConfig, inputIds: Value): Value {
  const { b } = scope;
  const { hidden_size: width, layer_norm_eps: epsilon } = config;
  const words = scope.weight("word_embeddings.weight", [config.vocab_size, width]);
  const positions = scope.weight("position_embeddings.weight", [config.max_position_embeddings, width]);
  const tokens = b.slice(positions, 0, 0, at(inputIds.shape, 1));
  return layerNorm(scope.at("LayerNorm"), b.add(b.op("Gather", [words, inputIds], { axis: 0 }), tokens), epsilon);
}

export interface BertInputs {
  /** [batch, tokens, width], from `bertEmbeddings` */
  readonly embeddings: Value;
  /** float32 [batch, tokens], 1 where a token counts. */
  readonly mask: Value;
  /** What is looked at: [batch, patches, any width] */
  readonly picture: Value;
}

/** [batch, tokens, width] */
export function bertEncoder(scope: Scope, config: BertConfig, { embeddings, mask, picture }: BertInputs): Value {
  const { b } = scope;
  const [batch, tokens] = [at(mask.shape, 0), at(mask.shape, 1)];
  const padding = b.reshape(b.scale(b.sub(b.scalar(1), mask), NEVER), [batch, 1, 1, tokens]);
  let hidden = embeddings;
  for (let i = 0; i < config.num_hidden_layers; i++) {
    hidden = layer(scope.at(`layer.${i}`), config, hidden, { padding, picture });
  }
  return hidden;
}

interface Surroundings {
  /** [batch, 1, 1, tokens], added to the scores of self-attention */
  readonly padding: Value;
  readonly picture: Value;
}

function layer(scope: Scope, config: BertConfig, x: Value, { padding, picture }: Surroundings): Value {
  const { hidden_size: width, hidden_act: activation } = config;
  const itself = attend(scope.at("attention"), config, x, { context: x, mask: padding });
  const seen = attend(scope.at("crossattention"), config, itself, { context: picture, mask: null });
  const inner = linear(scope.at("intermediate.dense"), seen, config.intermediate_size);
  const output = scope.at("output");
  return addAndNormalise(
    output,
    config,
    seen,
    linear(output.at("dense"), activations[activation](scope, inner), width),
  );
}

function attend(
  scope: Scope,
  config: BertConfig,
  x: Value,
  { context, mask }: { readonly context: Value; readonly mask: Value | null },
): Value {
  const { hidden_size: width, num_attention_heads: heads } = config;
  const own = scope.at("self");
  const [query, key, value] = [
    linear(own.at("query"), x, width),
    linear(own.at("key"), context, width),
    linear(own.at("value"), context, width),
  ];
  const attended = multiHeadAttention(own, { query, key, value, mask }, heads);
  const output = scope.at("output");
  return addAndNormalise(output, config, x, linear(output.at("dense"), attended, width));
}

/** BERT normalises after the sum, unlike CLIP. */
function addAndNormalise(scope: Scope, { layer_norm_eps: epsilon }: BertConfig, x: Value, change: Value): Value {
  return layerNorm(scope.at("LayerNorm"), scope.b.add(x, change), epsilon);
}
