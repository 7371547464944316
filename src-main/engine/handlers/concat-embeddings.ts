// Answers `concatEmbeddings`: several textual inversions as one.

import { resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { concatFiles } from "../../embeddings/concat-tokens.ts";
import { readByEncoder } from "../../embeddings/words-by-encoder.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";

export const concatEmbeddings: ApiHandlers["concatEmbeddings"] = async ({ files, name, out }) => {
  const tensors = concatFiles(
    name,
    files.map((file) => readByEncoder(resolve(file))),
  );
  const file = resolve(out);
  writeSafetensors(file, tensors, { name });
  const shapes = Object.values(tensors).map(({ shape }) => shape);
  return { file, vectors: shapes[0]?.[0] ?? 0, widths: shapes.map(([, width = 0]) => width) };
};
