// Answers `concatEmbeddings`: several textual inversions as one.

import { resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { concatTokens } from "../../embeddings/concat-tokens.ts";
import { readEmbeddingFile } from "../../embeddings/embedding-file.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";

export const concatEmbeddings: ApiHandlers["concatEmbeddings"] = async ({ files, name, out }) => {
  const vectors = concatTokens(files.map((file) => readEmbeddingFile(resolve(file))));
  const file = resolve(out);
  writeSafetensors(file, { [`<${name}>`]: vectors }, { name });
  const [count = 0, width = 0] = vectors.shape;
  return { file, vectors: count, width };
};
