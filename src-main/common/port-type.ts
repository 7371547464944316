// What flows over a wire, and what must agree besides its kind.

import { type EmbeddingSpace, isKnownSpace } from "./embedding-space.ts";
import type { ValueKind } from "./program/value-type.ts";

/** What is absent is not known, and agrees with everything. */
export interface Tags {
  /** The text encoder whose output it is, takes the place of, or reads. Equal width is not enough. */
  readonly space?: EmbeddingSpace;
}

export interface PortType {
  readonly kind: ValueKind;
  readonly tags: Tags;
}

/** Of these the text encoder matters; a VAE, a latent or an image goes with those of other models. */
const OF_A_SPACE: ReadonlySet<ValueKind> = new Set<ValueKind>([
  "text encoder",
  "unet",
  "model",
  "conditioning",
  "embedding",
  "prediction",
  "control",
  "video model",
  "parameter",
]);

/** What a value of this kind keeps of the tags of the node that it comes from or goes to. */
export function tagsOfKind(kind: ValueKind, tags: Tags): Tags {
  return OF_A_SPACE.has(kind) ? tags : {};
}

/** Two sets of tags as one, or `null` if they do not agree. */
export function uniteTags(a: Tags, b: Tags): Tags | null {
  if (a.space !== undefined && b.space !== undefined && !isSameSpace(a.space, b.space)) return null;
  return { ...a, ...b };
}

/** Of two encoders of one shape that are both not known, one may be a fine-tune of the other: only a run can compare their outputs. */
function isSameSpace(a: EmbeddingSpace, b: EmbeddingSpace): boolean {
  const isKnown = isKnownSpace(a) || isKnownSpace(b);
  return a.tokens === b.tokens && a.width === b.width && (a.id === b.id || !isKnown);
}
