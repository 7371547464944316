// Word vectors by the text encoder that they are for: files for Stable Diffusion XL hold some for each of its two.

import { refuse } from "../common/diagnostic.ts";
import { type LearnedEmbedding, readEmbeddingFile, readVectors, type TokenEmbedding } from "./embedding-file.ts";
import { readContents } from "./embedding-formats.ts";
import { isForTwoEncoders, TWO_ENCODERS } from "./embedding-tensors.ts";

/** As ComfyUI, the stable-diffusion-webui and kohya's scripts have them: of CLIP ViT-L and of OpenCLIP ViT-bigG. */
export interface WordsOfTwo {
  readonly kind: "two encoders";
  readonly file: string;
  readonly clip_l: TokenEmbedding;
  readonly clip_g: TokenEmbedding;
}

/** @throws Refusal as `readEmbeddingFile`, and where the two encoders have different numbers of vectors */
export function readByEncoder(file: string): WordsOfTwo | LearnedEmbedding | TokenEmbedding {
  const { tensors } = readContents(file);
  if (!isForTwoEncoders(tensors)) return readEmbeddingFile(file);
  const [clip_l, clip_g] = TWO_ENCODERS.map((part) => readVectors(file, part, tensors)) as [
    TokenEmbedding,
    TokenEmbedding,
  ];
  const [one, other] = [clip_l.vectors.shape[0], clip_g.vectors.shape[0]];
  if (one === other) return { kind: "two encoders", file, clip_l, clip_g };
  return refuse({
    code: "embedding-encoders",
    at: { file },
    message: `there are ${one} word vectors for the first text encoder, but ${other} for the second`,
    help: "save as many for each: they stand for the same words",
  });
}
