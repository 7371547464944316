// What an embedding was made for: the text encoder whose output it stands in for. Equal width is not enough.

import { z } from "zod";

export const embeddingSpace = z.object({
  /** `clip-l14/last+ln` for a known encoder, otherwise the encoder's shape and a hash of its weights. */
  id: z.string(),
  tokens: z.int().positive(),
  /** Numbers per token. */
  width: z.int().positive(),
});
export type EmbeddingSpace = z.output<typeof embeddingSpace>;

/** A space that many models share. */
export interface KnownSpace extends EmbeddingSpace {
  readonly encoder: string;
  /** The models that it was first the space of. */
  readonly family: string;
  /** What an embedding of this space works with. */
  readonly models: string;
}

/** The part after the slash says which output it is: the last or the last but one layer, through the final LayerNorm. */
export const KNOWN_SPACES = {
  clipL: {
    id: "clip-l14/last+ln",
    tokens: 77,
    width: 768,
    encoder: "CLIP ViT-L/14",
    family: "Stable Diffusion 1.x",
    models: "Stable Diffusion 1.x, its fine-tunes and ControlNets, and AnimateDiff",
  },
  openclipH: {
    id: "openclip-h14/penultimate+ln",
    tokens: 77,
    width: 1024,
    encoder: "OpenCLIP ViT-H/14",
    family: "Stable Diffusion 2.x",
    models: "Stable Diffusion 2.x, its ControlNets, ModelScope, ZeroScope and VideoCrafter",
  },
  t5: {
    id: "t5-v1.1-xxl/encoder",
    tokens: 120,
    width: 4096,
    encoder: "T5-v1.1-XXL",
    family: "PixArt-alpha",
    models: "PixArt-alpha and LTX-Video, which this program cannot run",
  },
} as const satisfies Readonly<Record<string, KnownSpace>>;

const known: readonly KnownSpace[] = Object.values(KNOWN_SPACES);

function knownSpace(id: string): KnownSpace | undefined {
  return known.find((space) => space.id === id);
}

/** The known space of this shape: what a file that does not name its space most likely belongs to. */
export function knownSpaceOfShape(tokens: number, width: number): KnownSpace | undefined {
  return known.find((space) => space.tokens === tokens && space.width === width);
}

/** Many models share it. */
export function isKnownSpace({ id }: EmbeddingSpace): boolean {
  return knownSpace(id) !== undefined;
}

/** `Stable Diffusion 1.x`; `undefined` for a space that few models share. */
export function familyOfSpace({ id }: EmbeddingSpace): string | undefined {
  return knownSpace(id)?.family;
}

/** `CLIP ViT-L/14 (77×768)` */
export function printSpace({ id, tokens, width }: EmbeddingSpace): string {
  return `${knownSpace(id)?.encoder ?? id} (${tokens}×${width})`;
}

/** The models that an embedding of this space works with, as the end of a sentence; `name` is one of them. */
export function modelsOfSpace({ id }: EmbeddingSpace, name: string): string {
  return knownSpace(id)?.models ?? `${name} and models that share its text encoder`;
}
