// Word vectors that are learned, in a text that goes through the text encoder: what stands on the negative side of guidance.

import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import { negative } from "../../common/sampling.ts";
import type { Shape } from "../../common/tensor.ts";
import { textReadingOptions } from "../../common/text-reading.ts";
import type { Value } from "../../compiler/graph.ts";
import { storeOf } from "../../parameters/parameter-kind.ts";
import { defineFunction } from "../function.ts";
import type { TextTokens } from "../host.ts";
import type { Lowering } from "../lowering.ts";
import { encodeTokens, refuseCompel } from "./encoded-context.ts";
import { filledContext } from "./filled-context.ts";

export const tokenEmbedding = defineFunction({
  name: "token embedding",
  help: "A parameter in the place of words: vectors that go through the text encoder with the rest of a text.",
  inputs: { encoder: { kind: "text encoder" } },
  output: "embedding",
  settings: z.strictObject({
    /** Two parameters that begin alike are still two. */
    id: z.string(),
    /** `embedding:NAME` stands for the vectors in the text, and later in prompts. */
    name: z
      .string()
      .regex(/^[A-Za-z0-9][\w.-]{0,63}$/, "letters, digits, _, - and ., of which the first is a letter or a digit")
      .default("negative"),
    /** Vectors. */
    count: z.int().min(1).max(75).default(4),
    /** The whole text; absent: the vectors alone. */
    text: z.string().exactOptional(),
    start: negative.default({ kind: "none" }),
    reading: z.strictObject(textReadingOptions).prefault({}),
    /** How the tensor is called in the file that is saved. */
    naming: z.enum(["diffusers", "a1111", "a1111-pt"]).default("diffusers"),
  }),
  paths: ["start.file", "reading.embeddings"],
  fileEnding: ({ naming }) => (naming === "a1111-pt" ? ".pt" : ".safetensors"),
  infer({ inputs: { encoder }, settings: { name, text, reading }, fault }) {
    if (text !== undefined && !text.includes(wordOf(name))) {
      fault({
        code: "token-unnamed",
        setting: "text",
        message: `this text does not hold ${wordOf(name)}, and so nothing of it would be trained`,
        help: `write ${wordOf(name)} where the vectors are to stand`,
      });
    }
    if (reading.promptWeights === "compel") {
      fault({
        code: "encoder-trained-compel",
        setting: "reading.promptWeights",
        message: "weights of words in Compel's syntax cannot be trained through",
        help: "let the text be read without weights, or with those of AUTOMATIC1111",
      });
    }
    return { ...encoder.facts, encoder: encoder.ref, state: "trainable" };
  },
  open({ ref, inputs: { encoder }, settings: { name, count, text = wordOf(name), start, reading, naming }, host }) {
    const { pipeline } = encoder;
    const { width } = pipeline;
    refuseCompel(reading);
    const read = host.readTokens(pipeline, text, reading, 1, { name, count });
    refuseLost(text, read);
    const learned = (lowering: Lowering): Value =>
      lowering.input(`vectors of parameter ${ref}`, [count, width], {
        rate: "parameter",
        parameter: ref,
        tensor: "vectors",
      });
    const encode = (lowering: Lowering): Value =>
      encodeTokens(lowering, encoder, { name: ref, chunks: 1 }, () => ({
        ...placeVectors(lowering, read, learned(lowering)),
        ...(reading.promptWeights === "none"
          ? {}
          : { weights: constant(lowering, read.weights, [1, pipeline.tokens, 1]) }),
      }));
    return {
      ref,
      pipeline,
      space: pipeline.space,
      prompts: null,
      ...storeOf(host.parameterKinds.tokenEmbedding, pipeline, { name, count, start, naming }, host),
      tensors: (lowering) => ({ vectors: learned(lowering) }),
      lower: (lowering) => ({ context: filledContext(lowering, encoder, encode(lowering), host) }),
    };
  },
});

function wordOf(name: string): string {
  return `embedding:${name}`;
}

/** @param vectors [count, width], which may stand at several places of the text */
function placeVectors(lowering: Lowering, { ids, vectors: fixed, isVector, learned }: TextTokens, vectors: Value) {
  const { b } = lowering;
  const [tokens, count] = [ids.length, vectors.shape[0] ?? 0];
  const width = fixed.length / tokens;
  // [tokens, count] of 1 where a vector stands: Pᵀ·ct is then its gradient.
  const places = Float64Array.from({ length: tokens * count }, (_, i) =>
    learned[Math.floor(i / count)] === i % count ? 1 : 0,
  );
  const own = b.matmul(b.constant("float32", [tokens, count], places), vectors);
  const others = learned.some((vector, place) => vector === -1 && isVector[place] === 1);
  const all = others ? b.add(own, constant(lowering, fixed, [tokens, width])) : own;
  return {
    ids: b.constant("int64", [1, tokens], Float64Array.from(ids)),
    words: { vectors: b.reshape(all, [1, tokens, width]), isVector: constant(lowering, isVector, [1, tokens, 1]) },
  };
}

function constant({ b }: Lowering, numbers: Float32Array, shape: Shape): Value {
  return b.constant("float32", shape, Float64Array.from(numbers));
}

function refuseLost(text: string, { lost }: TextTokens): void {
  if (lost === null) return;
  refuse({
    code: "token-text-long",
    at: { param: "text" },
    message: `"${text.slice(0, 60)}" does not fit into one context: ${lost.word} and what follows would be cut off`,
    help: "train fewer vectors, or shorten the text",
  });
}
