// One text to conditioning, the same for all images: the empty text, or a negative prompt that was written by hand.

import { z } from "zod";
import { textReadingOptions } from "../../common/text-reading.ts";
import { defineFunction } from "../function.ts";
import { encodedContext } from "./encoded-context.ts";

export const encodeText = defineFunction({
  name: "encode text",
  help: "Encodes one text, which is the same for all images.",
  inputs: { encoder: { kind: "text encoder" } },
  output: "conditioning",
  settings: z.strictObject({ text: z.string().default(""), ...textReadingOptions }),
  paths: ["embeddings"],
  infer: ({ inputs: { encoder } }) => ({ ...encoder.facts, encoder: encoder.ref }),
  open({ ref, inputs: { encoder }, settings: { text, ...reading }, host }) {
    return {
      space: encoder.pipeline.space,
      prompts: null,
      ...(text === "" ? {} : { reads: { encoder, what: "negative", texts: [text], reading, from: ref } }),
      lower: (lowering) => ({ context: encodedContext(lowering, { encoder, texts: { text }, reading, host }) }),
    };
  },
});
