// The context of texts: computed once a text, outside of the graph; or inside of it, where something in the text encoder is learned.

import { refuse } from "../../common/diagnostic.ts";
import type { Ref } from "../../common/program/program.ts";
import { floatTensor, type Shape } from "../../common/tensor.ts";
import type { TextReading } from "../../common/text-reading.ts";
import type { Value } from "../../compiler/graph.ts";
import type { Feed } from "../feed.ts";
import type { Host, TextTokens } from "../host.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedEncoder } from "../values.ts";

/** The prompt of each image, or one text for all of them. */
export type EncodedTexts = { readonly prompts: Ref } | { readonly text: string };

export interface Encoding {
  readonly encoder: OpenedEncoder;
  readonly texts: EncodedTexts;
  readonly reading: TextReading;
  readonly host: Host;
  /** Absent: as many as the longest text of the program fills. */
  readonly chunks?: number;
}

/** → [batch or 1, chunks · tokens, width] */
export function encodedContext(lowering: Lowering, encoding: Encoding): Value {
  const { encoder, texts, reading, host } = encoding;
  const { pipeline, ref, adapt } = encoder;
  const chunks = encoding.chunks ?? lowering.chunksOf(ref);
  const rows = "prompts" in texts ? lowering.batch : 1;
  const source = "prompts" in texts ? texts.prompts : `text ${JSON.stringify(texts.text)}`;
  const key = `${ref} ${source} ${chunks} ${JSON.stringify(reading)}`;
  if (adapt !== undefined) return lowering.once(`encoded ${key}`, () => encodeInGraph(lowering, encoding, chunks, key));
  const shape = [rows, chunks * pipeline.tokens, pipeline.width];
  const encode = (text: string) => host.encodeText(pipeline, text, reading, chunks);
  if ("text" in texts) {
    return lowering.input(`context ${key}`, shape, { rate: "run", tensor: () => encode(texts.text) });
  }
  return lowering.input(`context ${key}`, shape, {
    rate: "prompt",
    prompts: texts.prompts,
    key: `${ref} ${chunks} ${JSON.stringify(reading)}`,
    of: encode,
    stage: host.textStage(pipeline),
  });
}

function encodeInGraph(lowering: Lowering, encoding: Encoding, chunks: number, key: string): Value {
  const { b } = lowering;
  const { encoder, texts, reading, host } = encoding;
  const { pipeline, adapt } = encoder;
  const { tokens, width } = pipeline;
  refuseCompel(reading);
  const rows = "prompts" in texts ? lowering.batch : 1;
  const count = chunks * tokens;
  const input = (what: keyof TextTokens, shape: Shape): Value => {
    const of = (text: string) => {
      const read = host.readTokens(pipeline, text, reading, chunks)[what];
      return Promise.resolve(floatTensor([1, ...shape], read));
    };
    const feed: Feed =
      "text" in texts
        ? { rate: "run", tensor: () => of(texts.text) }
        : { rate: "prompt", prompts: texts.prompts, key: `${key} ${what}`, of };
    return lowering.input(`${what} ${key}`, [rows, ...shape], feed);
  };
  const perChunk = (value: Value, shape: Shape): Value => b.reshape(value, [rows * chunks, ...shape]);
  const ids = b.cast(perChunk(input("ids", [count]), [tokens]), "int64");
  // Only where a folder of embeddings is named may a text have vectors in the place of words.
  const words =
    reading.embeddings === undefined
      ? {}
      : {
          word_vectors: perChunk(input("vectors", [count, width]), [tokens, width]),
          is_word_vector: perChunk(input("isVector", [count]), [tokens, 1]),
        };
  const { last_hidden_state: hidden } = pipeline.textEncoder.build(b, { input_ids: ids, ...words }, adapt?.(lowering));
  if (hidden === undefined) throw new Error("a text encoder has the output last_hidden_state");
  const encoded = lowering.network({ name: "text encoder", network: "text encoder", value: hidden });
  const weighed =
    reading.promptWeights === "none"
      ? encoded
      : weighByMean(lowering, encoded, perChunk(input("weights", [count]), [tokens, 1]));
  return b.reshape(weighed, [rows, count, width]);
}

/**
 * As the stable-diffusion-webui weighs: each token's numbers times its weight, then all of a chunk times one factor, so that its mean is
 * what it was.
 * @param encoded [chunks, tokens, width] @param weights [chunks, tokens, 1]
 */
function weighByMean({ b }: Lowering, encoded: Value, weights: Value): Value {
  const weighed = b.mul(encoded, weights);
  return b.mul(weighed, b.div(b.mean(encoded, [1, 2]), b.mean(weighed, [1, 2])));
}

function refuseCompel({ promptWeights }: TextReading): void {
  if (promptWeights !== "compel") return;
  refuse({
    code: "encoder-trained-compel",
    at: { port: "encoder" },
    message:
      "Compel's weights of words cannot be used with a text encoder that is trained: each takes a pass of its own",
    help: "let the texts be read without weights, or with those of AUTOMATIC1111",
  });
}
