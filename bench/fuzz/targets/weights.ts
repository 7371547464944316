// Weight files: safetensors and PyTorch's, and learned embeddings of every kind.

import { floatTensor } from "../../../src-main/common/tensor.ts";
import { readEmbeddingFile, writeEmbedding } from "../../../src-main/embeddings/embedding-file.ts";
import { writeEmbeddingAs } from "../../../src-main/embeddings/embedding-output.ts";
import { sampleConditioning, sampleMetadata } from "../../../src-main/embeddings/testing/sample-embedding.ts";
import { writeNpy } from "../../../src-main/weights/npy.ts";
import { readSafetensorsHeader, readTensors, writeSafetensors } from "../../../src-main/weights/safetensors.ts";
import { readTorchWeights } from "../../../src-main/weights/torch/torch-weights.ts";
import type { Target } from "../target.ts";
import { repositoryFiles, written } from "./seeds.ts";

const SPACE = { id: "clip-text-8x2/0123456789ab", tokens: 9, width: 8 };
const conditioning = sampleConditioning(SPACE);
const vectors = floatTensor([2, 768], new Float32Array(1536).fill(0.25));
const torchFiles = (): Buffer[] => repositoryFiles("src-main/weights/torch/testing", /\.(bin|pt|ckpt|npz)$/);
const ourEmbedding = (): Buffer =>
  written("", (file) => writeEmbedding(file, { conditioning, metadata: sampleMetadata(SPACE) }));

export const safetensors: Target = {
  form: "bytes",
  name: "model.safetensors",
  seeds: () => [
    written("", (file) => writeSafetensors(file, { "a.weight": conditioning, "a.bias": floatTensor([3], [1, 2, 3]) })),
    written("", (file) => writeSafetensors(file, { a: floatTensor([2], [1, 2]) }, { format: "pt", step: "3" })),
    ourEmbedding(),
  ],
  open: () => (path) => [readSafetensorsHeader(path), readTensors(path)],
};

export const torch: Target = {
  form: "bytes",
  name: "model.ckpt",
  seeds: torchFiles,
  open: () => readTorchWeights,
};

export const embeddings: Target = {
  form: "bytes",
  name: "embedding",
  seeds: () => [
    ourEmbedding(),
    written(".bin", (file) => writeEmbeddingAs(file, { conditioning, metadata: null })),
    written(".npy", (file) => writeNpy(file, conditioning)),
    written("", (file) => writeSafetensors(file, { emb_params: vectors })),
    written("", (file) => writeSafetensors(file, { "<ugly>": vectors })),
    ...repositoryFiles("src-main/weights/torch/testing", /^(inversion\.pt|bare\.bin)$/),
  ],
  open: () => readEmbeddingFile,
};
