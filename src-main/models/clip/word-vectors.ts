// The vectors of tokens in a text encoder's table, of which only those rows are read that are asked for.

import { refuse } from "../../common/diagnostic.ts";
import { floatTensor, type FloatTensor } from "../../common/tensor.ts";
import { rows } from "../../weights/layouts/views.ts";
import { floatsAt } from "../../weights/read-tensor.ts";
import type { Pipeline } from "../pipeline.ts";

/** @returns [ids, width] @throws Refusal for an encoder that was exported, whose tables have lost their names */
export function readWordVectors({ name, textEncoder, width }: Pipeline, ids: readonly number[]): FloatTensor {
  const table = textEncoder.weights.get("embeddings.token_embedding.weight");
  if (table === undefined) {
    return refuse({
      code: "encoder-ids-only",
      at: { file: textEncoder.path },
      message: `the text encoder of ${name} is an ONNX export that takes token ids only, so that no word vectors can be given to it`,
      help: "use the same model as safetensors",
    });
  }
  const [count = 0] = table.shape;
  const data = new Float32Array(ids.length * width);
  for (const [i, id] of ids.entries()) {
    data.set(floatsAt(rows(id, count)(table)), i * width);
  }
  return floatTensor([ids.length, width], data);
}
