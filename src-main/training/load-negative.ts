// What stands on the negative side of guidance: a text, or a learned embedding that is checked to fit.

import type { Diagnostic } from "../common/diagnostic.ts";
import type { Negative } from "../common/sampling.ts";
import { floatTensor } from "../common/tensor.ts";
import { fingerprintNullText } from "../models/null-text-fingerprint.ts";
import { checkEmbeddingFits } from "./check-embedding-fits.ts";
import { readEmbeddingFile } from "./embedding-file.ts";
import { encodeWords } from "./encode-words.ts";
import { encodeText, type Generator } from "./generator.ts";

export interface LoadedNegative {
  /** [tokens, width] of one chunk, or of more where a text fills them */
  readonly embedding: Float32Array;
  readonly warnings: readonly Diagnostic[];
}

/** @param most chunks of a text. @throws Refusal if an embedding file is damaged or of another space */
export async function loadNegative(
  generator: Generator,
  negative: Negative,
  most = generator.chunks,
): Promise<LoadedNegative> {
  switch (negative.kind) {
    case "none":
      return { embedding: await encodeText(generator, ""), warnings: [] };
    case "text":
      return { embedding: await encodeText(generator, negative.text, most), warnings: [] };
    case "embedding":
      return loadEmbedding(generator, negative.file);
  }
}

/** @throws Refusal if the file is damaged or of another space */
async function loadEmbedding(generator: Generator, path: string): Promise<LoadedNegative> {
  const { pipeline } = generator;
  const file = readEmbeddingFile(path);
  if (file.kind === "tokens") return { embedding: await encodeWords(generator, file), warnings: [] };
  const nullText = floatTensor([pipeline.tokens, pipeline.width], await encodeText(generator, ""));
  const target = { name: pipeline.name, space: pipeline.space, nullText: fingerprintNullText(nullText) };
  return { embedding: file.conditioning.data, warnings: checkEmbeddingFits(file, target) };
}
