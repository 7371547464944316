// An embedding from a file: one that was learned before, or word vectors, which the text encoder turns into one. As it is, or nearer to what
// it was learned from, or beyond.

import { z } from "zod";
import { strength } from "../../common/embedding-strength.ts";
import { joinArrays } from "../../common/join-arrays.ts";
import { filePath } from "../../common/path-name.ts";
import { floatTensor } from "../../common/tensor.ts";
import { PLAIN_READING } from "../../common/text-reading.ts";
import { defineFunction } from "../function.ts";
import { filledContext } from "./filled-context.ts";

export const loadEmbedding = defineFunction({
  name: "load embedding",
  help: "An embedding from a file, at a strength: 0 is what it was learned from, 1 what was learned.",
  inputs: { encoder: { kind: "text encoder" } },
  output: "embedding",
  settings: z.strictObject({ file: filePath, strength: strength.exactOptional() }),
  paths: ["file"],
  infer: ({ inputs: { encoder } }) => ({ ...encoder.facts, encoder: encoder.ref, state: "fixed" }),
  open({ inputs: { encoder }, settings: { file, strength: at = 1 }, host }) {
    const { pipeline } = encoder;
    return {
      space: pipeline.space,
      prompts: null,
      lower(lowering) {
        // An encoder that is learned itself fills up in the graph.
        const chunks = encoder.adapt === undefined ? lowering.chunksOf(encoder.ref) : 1;
        const shape = [1, chunks * pipeline.tokens, pipeline.width];
        const context = lowering.input(`context ${encoder.ref} ${chunks} file ${file} at ${at}`, shape, {
          rate: "run",
          async tensor() {
            const own = await host.loadEmbedding(pipeline, file, at);
            if (chunks === 1) return own;
            // The rest is the null text's, as other programs fill up. It is joined here, so that the graph is that of texts.
            const rest = await host.encodeText(pipeline, "", PLAIN_READING, chunks - 1);
            return floatTensor(shape, joinArrays([own.data, rest.data]));
          },
        });
        return { context: encoder.adapt === undefined ? context : filledContext(lowering, encoder, context, host) };
      },
    };
  },
});
