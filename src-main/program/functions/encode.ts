// Prompts to conditioning, through a text encoder: once a text, since nothing in the encoder is learned.

import { z } from "zod";
import { textReadingOptions } from "../../common/text-reading.ts";
import { defineFunction } from "../function.ts";

export const encode = defineFunction({
  name: "encode",
  help: "Encodes the prompt of each image.",
  inputs: { encoder: { kind: "text encoder" }, prompts: { kind: "prompts" } },
  output: "conditioning",
  settings: z.strictObject(textReadingOptions),
  paths: ["embeddings"],
  infer: ({ inputs: { encoder, prompts } }) => ({ ...encoder.facts, encoder: encoder.ref, prompts: prompts.ref }),
  open({ inputs: { encoder, prompts }, settings: reading, host }) {
    const { pipeline } = encoder;
    const { tokens, width } = pipeline;
    return {
      space: pipeline.space,
      prompts: { ...prompts, words: (text) => host.wordsOf(text, reading) },
      reads: { encoder, what: "prompt", texts: prompts.texts, reading, from: prompts.ref },
      lower(lowering) {
        const chunks = lowering.chunksOf(encoder.ref);
        const context = lowering.input(
          `context ${encoder.ref} ${prompts.ref} ${JSON.stringify(reading)}`,
          [lowering.batch, chunks * tokens, width],
          {
            rate: "prompt",
            prompts: prompts.ref,
            key: `${encoder.ref} ${chunks} ${JSON.stringify(reading)}`,
            of: (text) => host.encodeText(pipeline, text, reading, chunks),
            stage: host.textStage(pipeline),
          },
        );
        return { context };
      },
    };
  },
});
