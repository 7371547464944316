// An embedding from a file, as it is: one that was learned before, or word vectors, which the text encoder turns into one.

import { z } from "zod";
import { filePath } from "../../common/path-name.ts";
import { defineFunction } from "../function.ts";
import { filledContext } from "./filled-context.ts";

export const loadEmbedding = defineFunction({
  name: "load embedding",
  help: "An embedding from a file, as it is.",
  inputs: { encoder: { kind: "text encoder" } },
  output: "embedding",
  settings: z.strictObject({ file: filePath }),
  paths: ["file"],
  infer: ({ inputs: { encoder } }) => ({ ...encoder.facts, encoder: encoder.ref, state: "fixed" }),
  open({ inputs: { encoder }, settings: { file }, host }) {
    const { pipeline } = encoder;
    return {
      space: pipeline.space,
      prompts: null,
      lower(lowering) {
        const context = lowering.input(`context ${encoder.ref} file ${file}`, [1, pipeline.tokens, pipeline.width], {
          rate: "run",
          tensor: () => host.loadEmbedding(pipeline, file),
        });
        return { context: filledContext(lowering, encoder, context, host) };
      },
    };
  },
});
