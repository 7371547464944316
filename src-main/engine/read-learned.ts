// Reads a file of what was learned, of any kind, to tell whether it is whole.

import { refuse } from "../common/diagnostic.ts";
import { readEmbedding } from "../embeddings/embedding-file.ts";
import { CONDITIONING } from "../embeddings/embedding-tensors.ts";
import { floatsAt } from "../weights/read-tensor.ts";
import { readSafetensorsHeader } from "../weights/safetensors.ts";

/** @throws Refusal for what is cut short or damaged, numbers that are none, and an embedding that does not say what it is for */
export function readLearned(file: string): void {
  const { tensors } = readSafetensorsHeader(file);
  if (tensors.has(CONDITIONING)) {
    readEmbedding(file);
    return;
  }
  for (const [part, location] of tensors) {
    // Masks of text encoders hold −∞.
    if (!floatsAt(location).some(Number.isNaN)) continue;
    refuse({
      code: "learned-not-a-number",
      at: { file, part },
      message: `${part} holds NaN`,
      help: "the run that wrote it had failed: use an earlier checkpoint",
    });
  }
}
