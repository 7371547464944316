// Whether a learned embedding belongs to a pipeline: width, then token count, then whether the text encoder is the same.

import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import { type EmbeddingSpace, KNOWN_SPACES, modelsOfSpace, printSpace } from "../common/embedding-space.ts";
import type { NullTextFingerprint } from "../common/null-text-fingerprint.ts";
import { nullTextSimilarity, RELATED_ENCODER, SAME_ENCODER } from "../models/null-text-fingerprint.ts";
import type { LearnedEmbedding } from "./embedding-file.ts";

export interface EmbeddingTarget {
  /** What the user calls the pipeline. */
  readonly name: string;
  readonly space: EmbeddingSpace;
  /** Of the pipeline's own encoder; without it, only the names of the spaces are compared. */
  readonly nullText?: NullTextFingerprint;
}

/**
 * @returns warnings to show: a fine-tuned encoder, or a file that does not say what it was made for
 * @throws Refusal if the embedding cannot work with the pipeline, with the models that it would fit
 */
export function checkEmbeddingFits(embedding: LearnedEmbedding, target: EmbeddingTarget): readonly Diagnostic[] {
  checkEmbeddingShape(embedding, target);
  const { file, metadata } = embedding;
  if (metadata === null) return [undeclared(file, target)];
  if (target.nullText === undefined) {
    if (metadata.space.id !== target.space.id) refuseMisfit("embedding-space", embedding, target);
    return [];
  }
  const similarity = nullTextSimilarity(metadata.nullText, target.nullText);
  // A comparison with NaN is false, so that encoders without a meaningful answer are refused.
  if (similarity > SAME_ENCODER) return [];
  if (similarity > RELATED_ENCODER) return [fineTuned(file, metadata.base.name, target, similarity)];
  if (metadata.space.id !== target.space.id) refuseMisfit("embedding-space", embedding, target);
  return refuseEncoder(file, metadata.base.name, target, similarity);
}

/** An embedding without its numbers, which may be still to be learned. */
export interface EmbeddingShape extends Pick<LearnedEmbedding, "file" | "space"> {
  readonly kind: LearnedEmbedding["kind"] | "planned";
  readonly conditioning: Pick<LearnedEmbedding["conditioning"], "shape">;
  readonly metadata: { readonly base: { readonly name: string } } | null;
}

const MADE: Readonly<Record<EmbeddingShape["kind"], string>> = {
  declared: "was learned for",
  "declared by shape": "has the shape of those for",
  planned: "is to be learned for",
};

/** What shows before any network runs. @throws Refusal as `checkEmbeddingFits` */
export function checkEmbeddingShape(embedding: EmbeddingShape, target: EmbeddingTarget): void {
  const [, tokens, width] = embedding.conditioning.shape;
  if (width !== target.space.width) refuseMisfit("embedding-width", embedding, target);
  if (tokens !== target.space.tokens) refuseMisfit("embedding-tokens", embedding, target);
}

function refuseMisfit(
  code: "embedding-width" | "embedding-tokens" | "embedding-space",
  { file, conditioning, kind, space, metadata }: EmbeddingShape,
  target: EmbeddingTarget,
): never {
  const shape = conditioning.shape.slice(1).join("×");
  const own = space === null ? `has ${shape} numbers` : `${MADE[kind]} ${printSpace(space)}`;
  const fits = space === null ? "" : `this one fits ${modelsOfSpace(space, metadata?.base.name ?? "models")}; `;
  const help = `${fits}use or learn one with ${modelsOfSpace(target.space, target.name)}`;
  refuse({
    code,
    at: { file },
    message: `this negative embedding ${own}, but ${target.name} uses ${printSpace(target.space)}`,
    ...(reachesVideo(space, target.space)
      ? {
          help: `${help}; AnimateDiff brings this one to video`,
          command: "--to MOTION_MODULE --base STABLE_DIFFUSION_1.5",
        }
      : { help }),
  });
}

/** Stable Diffusion 1.x reaches videos too, though not these. */
function reachesVideo(own: LearnedEmbedding["space"], wanted: EmbeddingSpace): boolean {
  return own?.id === KNOWN_SPACES.clipL.id && wanted.width === KNOWN_SPACES.openclipH.width;
}

function refuseEncoder(file: string, base: string, target: EmbeddingTarget, similarity: number): never {
  refuse({
    code: "embedding-encoder",
    at: { file },
    message: `the text encoder of ${target.name} is not the one of ${base}: their answers to the empty text have cosine ${similarity.toFixed(3)}, and ${RELATED_ENCODER} is needed`,
    help: `use it with ${base}, or learn one with ${target.name}`,
  });
}

function fineTuned(file: string, base: string, target: EmbeddingTarget, similarity: number): Diagnostic {
  return {
    severity: "warning",
    code: "embedding-fine-tuned",
    at: { file },
    message: `${target.name} has a fine-tuned text encoder: its answer to the empty text has cosine ${similarity.toFixed(3)} with that of ${base}`,
    help: `the embedding should still work; learning one with ${target.name} itself may work better`,
  };
}

function undeclared(file: string, target: EmbeddingTarget): Diagnostic {
  return {
    severity: "warning",
    code: "embedding-undeclared",
    at: { file },
    message: `the file does not say which text encoder it was made for; its shape fits ${printSpace(target.space)} of ${target.name}`,
    help: "if the images turn out as noise, the embedding was made for another model",
  };
}
