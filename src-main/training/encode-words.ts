// Word vectors (textual inversion) through the text encoder of a pipeline: the conditioning of a prompt that consists of them alone.

import { Refusal, refuse } from "../common/diagnostic.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph, Value } from "../compiler/graph.ts";
import type { Pipeline } from "../models/pipeline.ts";
import type { TokenEmbedding } from "./embedding-file.ts";
import type { Generator } from "./generator.ts";
import { StageSessions } from "./stage-sessions.ts";
import { idTensor } from "./token-batch.ts";

/** @returns [tokens, width] @throws Refusal if the vectors have another width, are too many, or the encoder takes only ids */
export async function encodeWords(generator: Generator, embedding: TokenEmbedding): Promise<Float32Array> {
  const { pipeline, tokenizer } = generator;
  const [count = 0, width = 0] = embedding.vectors.shape;
  refuseMisfit(embedding, pipeline);
  // Begin mark, one place for each vector, end mark, padding. What stands at the places is replaced.
  const { padId, beginId, endId, length } = tokenizer;
  const ids = Array.from({ length }, (_, place) => (place <= count ? beginId : place === count + 1 ? endId : padId));
  const stage = { name: "text encoder with word vectors", build: () => wordEncoderGraph(pipeline, [count, width]) };
  // Used once: its session need not outlive the answer.
  const sessions = new StageSessions(generator.sessions.device);
  try {
    const outputs = await sessions.run(stage, { input_ids: idTensor([ids]), word_vectors: embedding.vectors });
    const hidden = outputs["last_hidden_state"];
    if (hidden === undefined) throw new Error("the stage lacks an output that it was built with");
    return hidden;
  } finally {
    await sessions.release();
  }
}

/** input_ids int64 [1, tokens], word_vectors [count, width] → last_hidden_state [1, tokens, width] */
function wordEncoderGraph(pipeline: Pipeline, shape: readonly number[]): Graph {
  const b = new GraphBuilder();
  const inputIds = b.input("input_ids", "int64", [1, pipeline.tokens]);
  const vectors = b.input("word_vectors", "float32", shape);
  const hidden = encode(b, pipeline, { input_ids: inputIds, word_vectors: vectors })["last_hidden_state"];
  if (hidden === undefined) throw new Error("a text encoder has a last hidden state");
  b.output("last_hidden_state", hidden);
  return b.build();
}

/** An exported encoder has the inputs that it was exported with, and no place for word vectors. */
function encode(b: GraphBuilder, { name, textEncoder }: Pipeline, inputs: Readonly<Record<string, Value>>) {
  try {
    return textEncoder.build(b, inputs);
  } catch (error) {
    if (!(error instanceof Refusal && error.diagnostics.some(({ code }) => code === "onnx-input"))) throw error;
    return refuse({
      code: "encoder-ids-only",
      at: { stage: "text encoder" },
      message: `the text encoder of ${name} is an ONNX export that takes token ids only, so that word vectors cannot be given to it`,
      help: "use the same model as safetensors, or convert the embedding with that",
      command: "`reneg embedding convert`",
    });
  }
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
