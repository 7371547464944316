// Writing an embedding in the format that the end of a file's name asks for.

import { extname } from "node:path";
import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import type { EmbeddingMetadata } from "../common/embedding-metadata.ts";
import type { FloatTensor } from "../common/tensor.ts";
import { writeNpy } from "../weights/npy.ts";
import { writeTorchTensor } from "../weights/torch/write-torch-tensor.ts";
import { writeEmbedding } from "./embedding-file.ts";

export interface EmbeddingToWrite {
  /** [1, tokens, width] */
  readonly conditioning: FloatTensor;
  readonly metadata: EmbeddingMetadata | null;
}

type Write = (file: string, embedding: EmbeddingToWrite) => void;

const WRITERS: { readonly [extension: string]: Write | undefined } = {
  ".safetensors": writeEmbedding,
  // A bare tensor, as the published ReNeg embeddings are: what diffusers takes as negative_prompt_embeds.
  ".bin": (file, { conditioning }) => writeTorchTensor(file, conditioning),
  ".pt": (file, { conditioning }) => writeTorchTensor(file, conditioning),
  ".npy": (file, { conditioning }) => writeNpy(file, conditioning),
};

/** @returns warnings to show @throws Refusal if the name ends in no known format or the file cannot be written */
export function writeEmbeddingAs(file: string, embedding: EmbeddingToWrite): readonly Diagnostic[] {
  writerOf(file)(file, embedding);
  if (embedding.metadata === null || isSafetensors(file)) return [];
  return [
    {
      severity: "warning",
      code: "embedding-without-recipe",
      at: { file },
      message: `a ${extname(file)} file has no room for how the embedding was learned, and which text encoder it belongs to`,
      help: "keep the .safetensors file too",
    },
  ];
}

/** @throws Refusal if the name ends in no known format */
export function writerOf(file: string): Write {
  const extension = extname(file).toLowerCase();
  const write = Object.hasOwn(WRITERS, extension) ? WRITERS[extension] : undefined;
  if (write !== undefined) return write;
  return refuse({
    code: "output-format",
    at: { option: "--out" },
    message: `${extension === "" ? "a file without an extension" : extension} is not a format for embeddings`,
    help: `let the name end in ${Object.keys(WRITERS).join(", ")}`,
  });
}

function isSafetensors(file: string): boolean {
  return extname(file).toLowerCase() === ".safetensors";
}
