// Reads a file of what was learned, of any kind, to tell whether it is whole.

import { refuse } from "../common/diagnostic.ts";
import { readEmbedding } from "../embeddings/embedding-file.ts";
import { readContents } from "../embeddings/embedding-formats.ts";
import { CONDITIONING } from "../embeddings/embedding-tensors.ts";
import { readHeadFacts } from "../models/reward/trained/head-file.ts";
import { isRewardLora, readLoraFacts } from "../models/reward/trained/lora-file.ts";
import { floatsAt } from "../weights/read-tensor.ts";

/** Of text encoders in OpenCLIP's names, beside their weights: −∞ where a word must not look. */
const MASK = /(^|\.)attn_mask$/;

/** @throws Refusal for what is cut short or damaged, numbers that are not finite, and damage in what an embedding or a reward says of itself */
export function readLearned(file: string): void {
  const { tensors } = readContents(file);
  if (tensors.has(CONDITIONING)) {
    readEmbedding(file);
    return;
  }
  if (isRewardLora(tensors)) readLoraFacts(file);
  else readHeadFacts(file);
  for (const [part, location] of tensors) {
    const isMask = MASK.test(part);
    const broken = floatsAt(location).find((value) => !Number.isFinite(value) && !(isMask && value === -Infinity));
    if (broken === undefined) continue;
    refuse({
      code: "learned-not-finite",
      at: { file, part },
      message: `${part} holds ${broken}`,
      help: "the run that wrote it had failed: use an earlier checkpoint",
    });
  }
}
