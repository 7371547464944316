// A learned embedding of any space, with everything that its file tells.

import { drawingRecipe } from "../../common/drawing-recipe.ts";
import type { EmbeddingMetadata } from "../../common/embedding-metadata.ts";
import type { EmbeddingSpace } from "../../common/embedding-space.ts";
import { floatTensor, type FloatTensor } from "../../common/tensor.ts";
import { fingerprintNullText } from "../../models/null-text-fingerprint.ts";

/** Numbers that differ from one another, [1, tokens, width]; `noise` moves them a little. */
export function sampleConditioning({ tokens, width }: EmbeddingSpace, noise = 0): FloatTensor {
  const values = Array.from({ length: tokens * width }, (_, i) => Math.sin(i * i) + noise * Math.cos(3 * i * i + 1));
  return floatTensor([1, tokens, width], values);
}

export function sampleMetadata(space: EmbeddingSpace): EmbeddingMetadata {
  return {
    formatVersion: 1,
    createdWith: "reneg-studio 0.1.0",
    recipe: drawingRecipe.parse({ prompts: ["a red apple", "rocket"] }),
    base: { name: "some-model", unet: "0123456789ab" },
    space,
    nullText: fingerprintNullText(sampleConditioning(space)),
    rewards: [
      { name: "preference", role: "train" },
      { name: "held-out", role: "held-out" },
    ],
    seed: 7,
    steps: 40,
    guidance: 7.5,
  };
}
