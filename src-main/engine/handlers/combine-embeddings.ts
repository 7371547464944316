// Answers `combineEmbeddings`: one embedding of several, or in another format.

import { resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import type { CombineInput } from "../../common/embedding-combination.ts";
import { writeEmbeddingAs, writerOf } from "../../embeddings/embedding-output.ts";
import { openPipeline } from "../../models/pipeline.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { StageSessions } from "../../runtime/stage-sessions.ts";
import { combineEmbeddings as combine, type CombinedEmbedding } from "../../sampling/combine-embeddings.ts";
import { openTextEncoder } from "../../sampling/text-encoder.ts";

export const combineEmbeddings: ApiHandlers["combineEmbeddings"] = async (input, { signal }) => {
  // Before any work: the name tells the format.
  writerOf(input.out);
  const { warnings, ...embedding } = await combineFor(input, signal);
  const file = resolve(input.out);
  const [, tokens = 0, width = 0] = embedding.conditioning.shape;
  return { file, tokens, width, warnings: [...warnings, ...writeEmbeddingAs(file, embedding)] };
};

async function combineFor(
  { pipeline: path, tokenizer, device, ...input }: CombineInput,
  signal: AbortSignal,
): Promise<CombinedEmbedding> {
  if (path === undefined) return combine(input, null);
  const sessions = new StageSessions(await chooseDevice(device), signal);
  try {
    const pipeline = openPipeline(path, { tokenizer });
    return await combine(input, { pipeline, encoder: openTextEncoder(pipeline, sessions) });
  } finally {
    await sessions.release();
  }
}
