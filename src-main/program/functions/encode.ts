// Prompts to conditioning, through a text encoder.

import { z } from "zod";
import { textReadingOptions } from "../../common/text-reading.ts";
import { defineFunction } from "../function.ts";
import { encodedContext } from "./encoded-context.ts";

export const encode = defineFunction({
  name: "encode",
  help: "Encodes the prompt of each image.",
  inputs: { encoder: { kind: "text encoder" }, prompts: { kind: "prompts" } },
  output: "conditioning",
  settings: z.strictObject(textReadingOptions),
  paths: ["embeddings"],
  infer: ({ inputs: { encoder, prompts } }) => ({ ...encoder.facts, encoder: encoder.ref, prompts: prompts.ref }),
  open({ inputs: { encoder, prompts }, settings: reading, host }) {
    const { wordings } = prompts;
    const tokensOf = (text: string): number => host.readText(encoder.pipeline, text, reading).tokenCount;
    return {
      space: encoder.pipeline.space,
      prompts: { ...prompts, words: (text) => host.wordsOf(text, reading) },
      reads: {
        encoder,
        what: "prompt",
        texts: wordings?.longest(tokensOf) ?? prompts.texts,
        isDynamic: wordings !== undefined,
        reading,
        from: prompts.ref,
      },
      lower: (lowering) => ({
        context: encodedContext(lowering, { encoder, texts: { prompts: prompts.ref }, reading, host }),
      }),
    };
  },
});
