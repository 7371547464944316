// A negative embedding: what stands in place of a text encoder's output on the negative side of guidance. It has one chunk, as other
// programs expect of an embedding.

import type { Negative } from "../common/sampling.ts";
import { floatTensor } from "../common/tensor.ts";
import { PLAIN_READING, type TextReading } from "../common/text-reading.ts";
import { writeEmbedding } from "../embeddings/embedding-file.ts";
import { startToKeep } from "../embeddings/embedding-start.ts";
import { hashWeights } from "../models/hash-weights.ts";
import { fingerprintNullText } from "../models/null-text-fingerprint.ts";
import type { ParameterKind } from "./parameter-kind.ts";

export interface NegativeEmbeddingSettings {
  readonly start: Negative;
  /** How a text that it starts from is read. */
  readonly reading: TextReading;
}

export const negativeEmbeddingKind: ParameterKind<NegativeEmbeddingSettings> = {
  name: "negative embedding",
  shapes: ({ tokens, width }) => ({ context: [1, tokens, width] }),
  initial: async (pipeline, { start, reading }, host) => ({
    context: await (start.kind === "embedding"
      ? host.loadEmbedding(pipeline, start.file, start.strength)
      : host.encodeText(pipeline, start.kind === "text" ? start.text : "", reading, 1)),
  }),
  /** Safetensors with the tensor `conditioning`, as ComfyUI reads it, and where it came from. */
  async saver(pipeline, host, { start, reading }) {
    const { tokens, width } = pipeline;
    const encoded = await host.encodeText(pipeline, "", PLAIN_READING, 1);
    const nullText = fingerprintNullText(floatTensor([tokens, width], encoded.data));
    const base = { name: pipeline.name, unet: hashWeights(pipeline.unet.weights) };
    return (file, { context }, { createdWith, program, workflow, rewards, seed, steps, guidance }) => {
      if (context === undefined) throw new Error("a negative embedding has the tensor context");
      writeEmbedding(file, {
        conditioning: context,
        metadata: {
          formatVersion: 1,
          createdWith,
          program,
          ...(workflow === undefined ? {} : { workflow }),
          base,
          space: pipeline.space,
          nullText,
          rewards: [...rewards],
          seed,
          steps,
          start: startToKeep(start, reading.promptWeights),
          guidance: guidance ?? 1,
        },
      });
    };
  },
};
