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
  const { pipeline } = encoder;
  const { tokens, width } = pipeline;
  refuseCompel(reading);
  const rows = "prompts" in texts ? lowering.batch : 1;
  const count = chunks * tokens;
  const input = (what: keyof TokenNumbers, shape: Shape): Value => {
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
  const encoded = encodeTokens(lowering, encoder, { name: key, chunks: rows * chunks }, () => ({
    ids: b.cast(perChunk(input("ids", [count]), [tokens]), "int64"),
    // Only where a folder of embeddings is named may a text have vectors in the place of words.
    ...(reading.embeddings === undefined
      ? {}
      : {
          words: {
            vectors: perChunk(input("vectors", [count, width]), [tokens, width]),
            isVector: perChunk(input("isVector", [count]), [tokens, 1]),
          },
        }),
    ...(reading.promptWeights === "none" ? {} : { weights: perChunk(input("weights", [count]), [tokens, 1]) }),
  }));
  return b.reshape(encoded, [rows, count, width]);
}

type TokenNumbers = Pick<TextTokens, "ids" | "weights" | "vectors" | "isVector">;

export interface TokenValues {
  /** int64 [chunks, tokens] */
  readonly ids: Value;
  /** [chunks, tokens, width], and 1 instead of 0 where they count [chunks, tokens, 1] */
  readonly words?: { readonly vectors: Value; readonly isVector: Value };
  /** [chunks, tokens, 1] */
  readonly weights?: Value;
}

/** `name` tells the texts of a graph apart; `chunks` of all of its rows. */
export interface EncodedTokens {
  readonly name: string;
  readonly chunks: number;
}

/**
 * The text encoder in the graph → [chunks, tokens, width]; or an input, where that was computed before.
 * @param tokensOf is not asked then
 */
export function encodeTokens(
  lowering: Lowering,
  { pipeline, adapt }: OpenedEncoder,
  { name, chunks }: EncodedTokens,
  tokensOf: () => TokenValues,
): Value {
  const kind = "conditioning";
  const border = `${kind} ${lowering.isFrozen ? "at the start " : ""}${name}`;
  if (lowering.isGiven(border)) {
    const shape = [chunks, pipeline.tokens, pipeline.width];
    return lowering.input(border, shape, { rate: "given", value: border });
  }
  const { ids, words, weights } = tokensOf();
  const inputs = {
    input_ids: ids,
    ...(words === undefined ? {} : { word_vectors: words.vectors, is_word_vector: words.isVector }),
  };
  const { last_hidden_state: hidden } = pipeline.textEncoder.build(lowering.b, inputs, adapt?.(lowering));
  if (hidden === undefined) throw new Error("a text encoder has the output last_hidden_state");
  const encoded = lowering.network({ name: "text encoder", network: "text encoder", value: hidden });
  const value = weights === undefined ? encoded : weighByMean(lowering, encoded, weights);
  return lowering.border({ name: border, value, kind });
}

/**
 * As the stable-diffusion-webui weighs: each token's numbers times its weight, then all of a chunk times one factor, so that its mean is
 * what it was.
 * @param encoded [chunks, tokens, width] @param weights [chunks, tokens, 1]
 */
function weighByMean({ b }: Lowering, encoded: Value, weights: Value): Value {
  const weighed = b.mul(encoded, weights);
  // Means of a normalised layer are near 0: of rows first, so that less is lost to rounding.
  const mean = (values: Value): Value => b.mean(b.mean(values, [2]), [1]);
  return b.mul(weighed, b.div(mean(encoded), mean(weighed)));
}

/** @throws Refusal for weights that take passes of their own */
export function refuseCompel({ promptWeights }: TextReading): void {
  if (promptWeights !== "compel") return;
  refuse({
    code: "encoder-trained-compel",
    at: { port: "encoder" },
    message: "Compel's weights of words cannot be trained through: each takes a pass of the text encoder of its own",
    help: "let the texts be read without weights, or with those of AUTOMATIC1111",
  });
}
