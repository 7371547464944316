// A negative embedding that is learned: it stands in place of the text encoder's output.

import { z } from "zod";
import { negative } from "../../common/sampling.ts";
import { PLAIN_READING, textReadingOptions } from "../../common/text-reading.ts";
import { defineFunction } from "../function.ts";

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
  infer: ({ inputs: { encoder } }) => ({ encoder: encoder.ref, state: "trainable" }),
  open({ ref, inputs: { encoder }, settings: { start, reading }, host }) {
    const { pipeline } = encoder;
    const { tokens, width } = pipeline;
    const shape = [1, tokens, width];
    return {
      ref,
      pipeline,
      prompts: null,
      ...(start.kind === "text"
        ? { reads: { encoder, what: "initial prompt", texts: [start.text], reading, from: ref, most: 1 } }
        : {}),
      shapes: { context: shape },
      // What is learned has one chunk, as other programs expect of an embedding.
      initial: async () => ({
        context: await (start.kind === "embedding"
          ? host.loadEmbedding(pipeline, start.file, reading)
          : host.encodeText(pipeline, start.kind === "text" ? start.text : "", reading, 1)),
      }),
      lower(lowering) {
        const learned = lowering.input(`parameter ${ref} context`, shape, {
          rate: "parameter",
          parameter: ref,
          tensor: "context",
        });
        const missing = lowering.chunksOf(encoder.ref) - 1;
        if (missing === 0) return { context: learned };
        const nullText = lowering.input(`context ${encoder.ref} filling`, [1, missing * tokens, width], {
          rate: "run",
          tensor: () => host.encodeText(pipeline, "", PLAIN_READING, missing),
        });
        return { context: lowering.b.concat([learned, nullText], 1) };
      },
    };
  },
});
