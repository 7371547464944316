// A negative embedding that is learned: it stands in place of the text encoder's output.

import { z } from "zod";
import { type Negative, negative } from "../../common/sampling.ts";
import { textReadingOptions } from "../../common/text-reading.ts";
import type { Value } from "../../compiler/graph.ts";
import { storeOf } from "../../parameters/parameter-kind.ts";
import { defineFunction } from "../function.ts";
import type { Lowering } from "../lowering.ts";
import { filledContext } from "./filled-context.ts";

export const negativeEmbedding = defineFunction({
  name: "negative embedding",
  help: "A parameter in place of the text encoder's output: what stands on the negative side of guidance.",
  inputs: { encoder: { kind: "text encoder" } },
  output: "embedding",
  settings: z.strictObject({
    /** Two parameters that begin alike are still two. */
    id: z.string(),
    start: negative.default({ kind: "none" }),
    reading: z.strictObject(textReadingOptions).prefault({}),
  }),
  paths: ["start.file", "reading.embeddings"],
  untrained: ({ start, reading }) =>
    start.kind === "embedding"
      ? { fn: "load embedding", settings: loadedAs(start) }
      : { fn: "encode text", settings: { ...reading, text: start.kind === "text" ? start.text : "" } },
  infer: ({ inputs: { encoder } }) => ({ ...encoder.facts, encoder: encoder.ref, state: "trainable" }),
  open({ ref, inputs: { encoder }, settings: { start, reading }, host }) {
    const { pipeline } = encoder;
    const { tokens, width } = pipeline;
    const shape = [1, tokens, width];
    const learned = (lowering: Lowering): Value =>
      lowering.input(`context of parameter ${ref}`, shape, { rate: "parameter", parameter: ref, tensor: "context" });
    return {
      ref,
      pipeline,
      space: pipeline.space,
      prompts: null,
      ...(start.kind === "text"
        ? { reads: { encoder, what: "initial prompt", texts: [start.text], reading, from: ref, most: 1 } }
        : {}),
      ...storeOf(host.parameterKinds.negativeEmbedding, pipeline, { start, reading }, host),
      tensors: (lowering) => ({ context: learned(lowering) }),
      lower: (lowering) => ({ context: filledContext(lowering, encoder, learned(lowering), host) }),
    };
  },
});

function loadedAs({ file, strength }: Extract<Negative, { readonly kind: "embedding" }>) {
  return { file, ...(strength === undefined ? {} : { strength }) };
}
