// What flows over a wire, and what must agree besides its kind.

import { type EmbeddingSpace, isKnownSpace, printSpace } from "./embedding-space.ts";

export type PortKind =
  /** Parts of a pipeline. */
  | "text encoder"
  | "unet"
  | "vae"
  /** What predicts noise: a UNet, with whatever steers it. */
  | "model"
  | "prompts"
  /** Encoded prompts: the positive side of guidance. */
  | "condition"
  /** A negative embedding. */
  | "embedding"
  /** A noise prediction with guidance. */
  | "guided noise"
  | "latent"
  | "image"
  /** A reward's, or a weighted sum of several. */
  | "score"
  /** A model that draws videos, to apply an embedding to. */
  | "video model"
  /** A ControlNet with the picture that it follows. */
  | "control";

/** A tag that is absent is not known, and agrees with everything. */
export interface Tags {
  /** The pipeline that it comes from, as its path was written. */
  readonly pipeline?: string;
  /** The text encoder whose output it is, or takes the place of. Equal width is not enough. */
  readonly space?: EmbeddingSpace;
}

export interface PortType {
  readonly kind: PortKind;
  readonly tags: Tags;
}

/** Two sets of tags as one, or the name of the first that differs. */
export function uniteTags(a: Tags, b: Tags): Tags | keyof Tags {
  if (a.space !== undefined && b.space !== undefined && !isSameSpace(a.space, b.space)) return "space";
  if (a.pipeline !== undefined && b.pipeline !== undefined && a.pipeline !== b.pipeline) return "pipeline";
  return { ...a, ...b };
}

export function printTag(tags: Tags, tag: keyof Tags): string {
  if (tag === "pipeline") return `pipeline ${tags.pipeline ?? "of any kind"}`;
  return tags.space === undefined ? "any text encoder" : printSpace(tags.space);
}

/** `an embedding`, `a guided noise` */
export function withArticle(kind: PortKind): string {
  if (kind === "prompts") return kind;
  // "a unet": it begins with the sound of "you".
  return `${/^[aeio]/.test(kind) ? "an" : "a"} ${kind}`;
}

/** Of two encoders of one shape that are both not known, one may be a fine-tune of the other: only a run can compare their outputs. */
function isSameSpace(a: EmbeddingSpace, b: EmbeddingSpace): boolean {
  const isKnown = isKnownSpace(a) || isKnownSpace(b);
  return a.tokens === b.tokens && a.width === b.width && (a.id === b.id || !isKnown);
}
