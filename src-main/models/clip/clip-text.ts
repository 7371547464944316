// The text tower of CLIP: token ids to one vector a token, and one for the whole text.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { layerNorm } from "../layers.ts";
import type { Scope } from "../scope.ts";
import type { ClipTextConfig } from "./clip-config.ts";
import { clipEncoder } from "./clip-encoder.ts";

export interface ClipTextInputs {
  /** int64 [batch, tokens] */
  readonly inputIds: Value;
  /** int64 [batch, tokens], 1 where a token counts. */
  readonly attentionMask?: Value;
  /** [batch, tokens, width] in place of the embeddings of tokens where `isWordVector` [batch, tokens, 1] is 1 instead of 0. */
  readonly wordVectors?: Value;
  readonly isWordVector?: Value;
}

export interface ClipTextOutputs {
  /** [batch, tokens, width], after the final LayerNorm */
  readonly lastHiddenState: Value;
  /** [batch, width]: the row of the end-of-text token */
  readonly poolerOutput: Value;
}

// Added to a score, this leaves no weight after the softmax, and it cannot overflow as -Infinity · 0 can.
const NEVER = -1e9;

export function clipText(scope: Scope, config: ClipTextConfig, inputs: ClipTextInputs): ClipTextOutputs {
  const { b } = scope;
  const { inputIds, attentionMask, wordVectors, isWordVector } = inputs;
  const tokens = at(inputIds.shape, 1);
  const { hidden_size: width, layer_norm_eps: epsilon } = config;
  const embeddings = scope.at("embeddings");
  const table = embeddings.at("token_embedding").weight("weight", [config.vocab_size, width]);
  const positions = embeddings.at("position_embedding").weight("weight", [config.max_position_embeddings, width]);
  const words = b.op("Gather", [table, inputIds], { axis: 0 });
  // w + m · (v − w)
  const replaced =
    wordVectors === undefined || isWordVector === undefined
      ? words
      : b.add(words, b.mul(isWordVector, b.sub(wordVectors, words)));
  const embedded = b.add(replaced, b.slice(positions, 0, 0, tokens));
  const causal = causalMask(scope, tokens);
  const mask = attentionMask === undefined ? causal : b.add(causal, paddingMask(scope, attentionMask));
  const hidden = clipEncoder(scope.at("encoder"), config, embedded, mask);
  const lastHiddenState = layerNorm(scope.at("final_layer_norm"), hidden, epsilon);
  return { lastHiddenState, poolerOutput: endOfText(scope, config, inputIds, lastHiddenState) };
}

/** [1, 1, tokens, tokens]: a token sees itself and those before it. */
function causalMask({ b }: Scope, tokens: number): Value {
  const mask = new Float64Array(tokens * tokens).map((_, i) => (i % tokens > Math.floor(i / tokens) ? NEVER : 0));
  return b.constant("float32", [1, 1, tokens, tokens], mask);
}

/** [batch, tokens] of 1 and 0 as [batch, 1, 1, tokens] of 0 and NEVER */
function paddingMask({ b }: Scope, attentionMask: Value): Value {
  const [batch, tokens] = [at(attentionMask.shape, 0), at(attentionMask.shape, 1)];
  const missing = b.sub(b.scalar(1), b.cast(attentionMask, "float32"));
  return b.reshape(b.scale(missing, NEVER), [batch, 1, 1, tokens]);
}

/** The hidden state at the end-of-text token of each text. */
function endOfText({ b }: Scope, config: ClipTextConfig, inputIds: Value, hidden: Value): Value {
  const batch = at(inputIds.shape, 0);
  // eos_token_id 2 marks configs from before the id was written down: there the end has the largest id of the text.
  const marks =
    config.eos_token_id === 2 ? inputIds : b.op("Equal", [inputIds, b.scalar(config.eos_token_id, "int64")], {});
  const position = b.op("ArgMax", [b.cast(marks, "int32")], { axis: 1, keepdims: 1 });
  const row = b.constant(
    "int64",
    [batch, 1],
    Float64Array.from({ length: batch }, (_, i) => i),
  );
  return b.op("GatherND", [hidden, b.concat([row, position], 1)], {});
}
