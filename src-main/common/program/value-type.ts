// What flows between the calls of a program.

import type { EmbeddingSpace } from "../embedding-space.ts";
import type { Ref } from "./program.ts";
import type { SavedEnding } from "./saved-name.ts";

export const VALUE_KINDS = [
  /** Parts of a pipeline. */
  "text encoder",
  "unet",
  "vae",
  /** What predicts noise: a UNet at a size, with whatever steers it. */
  "model",
  "prompts",
  /** What a model reads: named tensors of a text, or of a parameter in its place. */
  "conditioning",
  /** A conditioning that is learned, or was. */
  "embedding",
  /** A prediction at wherever its sampler stands. */
  "prediction",
  "latent",
  "image",
  /** A number for each image. */
  "score",
  "control",
  "video model",
  /** Two images each, of which people said which is better. */
  "pairs",
  /** Images that people said of how good they are. */
  "rated images",
  /** What scores images. */
  "reward",
  /** At ports alone: any value that an optimizer can change, or has changed. A program knows which it is. */
  "parameter",
] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

/** Kinds of values that may be parameters, or have one in them. */
const PARAMETERS: ReadonlySet<ValueKind> = new Set<ValueKind>(["embedding", "unet", "text encoder", "reward"]);

/** Whether what is `given` can stand where `wanted` is asked for. What a port gives as a parameter may be any of their kinds. */
export function isKindOf(given: ValueKind, wanted: ValueKind): boolean {
  if (wanted === "parameter") return given === wanted || PARAMETERS.has(given);
  if (given === "parameter") return wanted === "conditioning" || PARAMETERS.has(wanted);
  return given === wanted || (wanted === "conditioning" && given === "embedding");
}

const PLURALS: ReadonlySet<ValueKind> = new Set<ValueKind>(["prompts", "pairs", "rated images"]);

/** `an embedding`, `a prediction` */
export function withArticle(kind: ValueKind): string {
  if (PLURALS.has(kind)) return kind;
  // "a unet": it begins with the sound of "you".
  return `${/^[aeio]/.test(kind) ? "an" : "a"} ${kind}`;
}

/** What is known of a value before anything is opened. What is absent is not known, and agrees with everything. */
export interface ValueFacts {
  /** The call whose prompts it is drawn from, or whose words it holds. */
  readonly prompts?: Ref;
  /** The text encoder that the model of it reads. */
  readonly encoder?: Ref;
  readonly space?: EmbeddingSpace;
  /** Of an image or a score: the images that it looks at. */
  readonly images?: readonly Ref[];
  /** Of a prediction: it is guided, and so has a half that is conditional. */
  readonly isGuided?: boolean;
  /** Of a prediction at which the negative has no effect. */
  readonly isUnguided?: boolean;
  /** Of an embedding, or of a part with a LoRA: it can be changed, was learned, or is what its file says. */
  readonly state?: "trainable" | "learned" | "fixed";
  /** Of an embedding that was learned: the optimizer that changes it. */
  readonly update?: Ref;
  /** Of a parameter that is not saved as `.safetensors`. */
  readonly fileEnding?: SavedEnding;
  /** Sampling steps of a latent or an image. */
  readonly steps?: number;
  /** Of pairs and rated images: there are none, since none are held back. Of a score: it is one of such. */
  readonly isEmpty?: true;
}

/** A value in a program under construction. */
export interface TypedRef {
  readonly ref: Ref;
  readonly kind: ValueKind;
  readonly facts: ValueFacts;
}
