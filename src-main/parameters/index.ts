// All kinds of parameters. A record that is passed as a value: functions are also known where no file can be opened.

import { loraKind } from "./lora.ts";
import { negativeEmbeddingKind } from "./negative-embedding.ts";
import { rewardHeadKind } from "./reward-head.ts";
import { rewardLoraKind } from "./reward-lora.ts";
import { tokenEmbeddingKind } from "./token-embedding.ts";
import { trainedTextEncoderKind } from "./trained-text-encoder.ts";

export const parameterKinds = {
  lora: loraKind,
  negativeEmbedding: negativeEmbeddingKind,
  rewardHead: rewardHeadKind,
  rewardLora: rewardLoraKind,
  tokenEmbedding: tokenEmbeddingKind,
  trainedTextEncoder: trainedTextEncoderKind,
} as const;
export type ParameterKinds = typeof parameterKinds;
