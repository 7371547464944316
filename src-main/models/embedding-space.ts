// The embedding space that a text encoder writes into: a known one by its architecture, otherwise one of its own.

import { type EmbeddingSpace, KNOWN_SPACES, type KnownSpace } from "../common/embedding-space.ts";
import type { WeightMap } from "../weights/weight-map.ts";
import type { ClipTextConfig } from "./clip/clip-config.ts";
import { hashWeights } from "./hash-weights.ts";

type Architecture = Pick<
  ClipTextConfig,
  "hidden_size" | "num_hidden_layers" | "hidden_act" | "vocab_size" | "max_position_embeddings"
>;

/** OpenCLIP ViT-H/14 has 24 layers; its files for diffusion leave out the last, so that the last but one is read. */
const KNOWN_ENCODERS: readonly { readonly space: KnownSpace; readonly architecture: Architecture }[] = [
  {
    space: KNOWN_SPACES.clipL,
    architecture: {
      hidden_size: 768,
      num_hidden_layers: 12,
      hidden_act: "quick_gelu",
      vocab_size: 49408,
      max_position_embeddings: 77,
    },
  },
  {
    space: KNOWN_SPACES.openclipH,
    architecture: {
      hidden_size: 1024,
      num_hidden_layers: 23,
      hidden_act: "gelu",
      vocab_size: 49408,
      max_position_embeddings: 77,
    },
  },
];

/** A fine-tuned encoder of a known architecture has the same space here; the null-text fingerprint tells them apart. */
export function embeddingSpaceOf(config: ClipTextConfig, weights: WeightMap): EmbeddingSpace {
  const found = KNOWN_ENCODERS.find(({ architecture }) => hasArchitecture(config, architecture));
  const { max_position_embeddings: tokens, hidden_size: width, num_hidden_layers: layers } = config;
  const id = found?.space.id ?? `clip-text-${width}x${layers}/${hashWeights(weights)}`;
  return { id, tokens, width };
}

function hasArchitecture(config: ClipTextConfig, architecture: Architecture): boolean {
  // Object.entries widens keys to string; they are those of Architecture by its type.
  return (Object.entries(architecture) as [keyof Architecture, unknown][]).every(
    ([key, value]) => config[key] === value,
  );
}
