// The pre-norm transformer that both towers of CLIP share (Radford et al. 2021, arXiv:2103.00020).

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { activations, layerNorm, linear, multiHeadAttention, type ActivationName } from "../layers.ts";
import type { Scope } from "../scope.ts";

export interface ClipEncoderConfig {
  readonly hidden_act: ActivationName;
  readonly intermediate_size: number;
  readonly layer_norm_eps: number;
  readonly num_attention_heads: number;
  readonly num_hidden_layers: number;
}

/** x [batch, tokens, width]; mask is added to the attention scores [batch or 1, 1, tokens or 1, tokens]. */
export function clipEncoder(scope: Scope, config: ClipEncoderConfig, x: Value, mask: Value | null): Value {
  let hidden = x;
  for (let i = 0; i < config.num_hidden_layers; i++) hidden = clipLayer(scope.at(`layers.${i}`), config, hidden, mask);
  return hidden;
}

function clipLayer(scope: Scope, config: ClipEncoderConfig, x: Value, mask: Value | null): Value {
  const { b } = scope;
  const width = at(x.shape, 2);
  const attention = scope.at("self_attn");
  const normed = layerNorm(scope.at("layer_norm1"), x, config.layer_norm_eps);
  const [query, key, value] = [
    linear(attention.at("q_proj"), normed, width),
    linear(attention.at("k_proj"), normed, width),
    linear(attention.at("v_proj"), normed, width),
  ];
  const attended = multiHeadAttention(attention, { query, key, value, mask }, config.num_attention_heads);
  const afterAttention = b.add(x, linear(attention.at("out_proj"), attended, width));
  const mlp = scope.at("mlp");
  const inner = linear(
    mlp.at("fc1"),
    layerNorm(scope.at("layer_norm2"), afterAttention, config.layer_norm_eps),
    config.intermediate_size,
  );
  return b.add(afterAttention, linear(mlp.at("fc2"), activations[config.hidden_act](mlp, inner), width));
}
