// Prompts to conditioning, through a text encoder.

import { z } from "zod";
import { textReadingOptions } from "../../common/text-reading.ts";
import { defineFunction } from "../function.ts";
import type { ReadText } from "../host.ts";
import { encodedContext } from "./encoded-context.ts";
import { longestRead } from "./longest-read.ts";

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
    const read = (text: string): ReadText => host.readText(encoder.pipeline, text, reading);
    return {
      space: encoder.pipeline.space,
      prompts: { ...prompts, words: (text) => host.wordsOf(text, reading) },
      reads: {
        encoder,
        what: "prompt",
        ...(wordings === undefined ? { texts: prompts.texts } : longestRead(wordings, reading, read)),
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
