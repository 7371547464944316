// Word vectors (textual inversion) through the text encoder of a pipeline: the conditioning of a prompt that consists of them alone.

import { refuse } from "../common/diagnostic.ts";
import type { TokenEmbedding } from "../embeddings/embedding-file.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { encodeChunk, type PromptEncoder } from "./encode-prompt.ts";

/** @returns [tokens, width] @throws Refusal if the vectors have another width, are too many, or the encoder takes only ids */
export async function encodeWords(encoder: PromptEncoder, embedding: TokenEmbedding): Promise<Float32Array> {
  const { pipeline, tokenizer } = encoder;
  const [count = 0, width = 0] = embedding.vectors.shape;
  refuseMisfit(embedding, pipeline);
  const chunk = Array.from({ length: count }, (_, i) => ({
    id: tokenizer.beginId,
    vector: embedding.vectors.data.subarray(i * width, (i + 1) * width),
    weight: 1,
    part: 0,
  }));
  return encodeChunk(encoder, chunk);
}

function refuseMisfit({ file, vectors }: TokenEmbedding, { name, width, tokens }: Pipeline): void {
  const [count = 0, ownWidth = 0] = vectors.shape;
  if (ownWidth !== width) {
    refuse({
      code: "embedding-width",
      at: { file },
      message: `these word vectors have width ${ownWidth}, but those of ${name} have ${width}`,
      help: "768 fits Stable Diffusion 1.x, 1024 fits Stable Diffusion 2.x: use an embedding made for this model",
    });
  }
  // Begin and end mark take a place each.
  if (count > tokens - 2) {
    refuse({
      code: "embedding-tokens",
      at: { file },
      message: `these are ${count} word vectors, but a text of ${name} has room for ${tokens - 2}`,
      help: "use an embedding with fewer vectors",
    });
  }
}
