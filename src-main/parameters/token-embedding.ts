// Vectors in the place of words (textual inversion, Gal et al. 2022, arXiv:2208.01618): they go through the text encoder with the rest of a
// text, and nearly every program reads them.

import { basename } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import type { Negative } from "../common/sampling.ts";
import { type FloatTensor, printType } from "../common/tensor.ts";
import { readEmbeddingFile } from "../embeddings/embedding-file.ts";
import { TOKEN_METADATA } from "../embeddings/embedding-header.ts";
import { startToKeep } from "../embeddings/embedding-start.ts";
import { readWordVectors } from "../models/clip/word-vectors.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { createClipTokenizer } from "../models/tokenizer/clip-tokenizer.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { writeTorchInversion } from "../weights/torch/write-torch-tensor.ts";
import type { ParameterKind } from "./parameter-kind.ts";

/** `diffusers`: one tensor called `<NAME>`; `a1111`: `emb_params`; `a1111-pt`: a PyTorch file with `string_to_param`. All usual programs read each. */
export type TokenNaming = "diffusers" | "a1111" | "a1111-pt";

export interface TokenEmbeddingSettings {
  /** Of the word that stands for the vectors. */
  readonly name: string;
  /** Vectors. */
  readonly count: number;
  readonly start: Negative;
  readonly naming: TokenNaming;
}

export const tokenEmbeddingKind: ParameterKind<TokenEmbeddingSettings> = {
  name: "token embedding",
  shapes: ({ width }, { count }) => ({ vectors: [count, width] }),
  async initial(pipeline, { count, start }) {
    if (start.kind === "embedding") return { vectors: readStart(pipeline, count, start.file) };
    const tokenizer = createClipTokenizer(pipeline.tokenizer);
    const { endId, padId } = tokenizer;
    const ids = start.kind === "text" ? tokenizer.words(start.text).flatMap(({ ids: own }) => own) : [];
    // As the stable-diffusion-webui spreads the words of a text over more vectors or fewer. Without a word the text goes on as the empty one does.
    const chosen = Array.from({ length: count }, (_, i) =>
      ids.length > 0 ? (ids[Math.floor((i * ids.length) / count)] ?? padId) : i === 0 ? endId : padId,
    );
    return { vectors: readWordVectors(pipeline, chosen) };
  },
  async saver(pipeline, _host, { name, naming, start }) {
    return (file, { vectors }, { createdWith, program, steps }) => {
      if (vectors === undefined) throw new Error("a token embedding has the tensor vectors");
      if (naming === "a1111-pt") return writeTorchInversion(file, { name, step: steps, vectors });
      const tensor = naming === "a1111" ? "emb_params" : `<${name}>`;
      const about = { createdWith, base: pipeline.name, steps, start: startToKeep(start, "none"), program };
      writeSafetensors(file, { [tensor]: vectors }, { name, [TOKEN_METADATA]: JSON.stringify(about) });
    };
  },
};

function readStart({ width, name }: Pipeline, count: number, file: string): FloatTensor {
  const found = readEmbeddingFile(file);
  if (found.kind === "tokens" && found.vectors.shape.join() === [count, width].join()) return found.vectors;
  const what =
    found.kind === "tokens"
      ? `${found.vectors.shape[0]} word vectors of width ${found.vectors.shape[1]}`
      : `a conditioning, ${printType(found.conditioning)}`;
  return refuse({
    code: "token-start",
    at: { file },
    message: `${basename(file)} holds ${what}, but ${count} word vectors of width ${width} are to be trained for ${name}`,
    help: "go on from a textual inversion for this base model, with as many vectors",
  });
}
