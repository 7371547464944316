// Whether what was learned fits a model, as far as their files tell: no network runs.

import { Refusal } from "../common/diagnostic.ts";
import { isKnownSpace } from "../common/embedding-space.ts";
import type { Fit } from "../common/target-model.ts";
import { checkEmbeddingFits, checkEmbeddingShape, type EmbeddingTarget } from "../embeddings/check-embedding-fits.ts";
import { type LearnedEmbedding, readEmbeddingFile } from "../embeddings/embedding-file.ts";
import { refuseOtherEncoder } from "../models/clip/same-encoder.ts";
import { learnedFileKind } from "../models/learned-file.ts";
import { readLora } from "../models/lora/read-lora.ts";
import type { Pipeline } from "../models/pipeline.ts";

export interface FitTarget {
  /** What the user calls it. */
  readonly name: string;
  readonly pipeline: Pipeline;
}

/** @throws Refusal if the embedding cannot be read */
export function judgeFit(file: string, { name, pipeline }: FitTarget): Fit {
  const target: EmbeddingTarget = { name, space: pipeline.space };
  const kind = learnedFileKind(file);
  // Layers that the model does not have are refused.
  if (kind === "lora") return fitUnlessRefused(() => readLora(file, pipeline));
  if (kind === "text encoder") return fitUnlessRefused(() => refuseOtherEncoder(file, { name, pipeline }));
  const embedding = readEmbeddingFile(file);
  if (embedding.kind === "tokens")
    return unsure(file, "these are word vectors: the text encoder tells whether they fit");
  try {
    if (mayBeRelated(embedding, target)) {
      checkEmbeddingShape(embedding, target);
      return unsure(
        file,
        `whether the text encoder of ${target.name} is the one it was learned for shows when it runs`,
      );
    }
    const [why] = checkEmbeddingFits(embedding, target);
    return why === undefined ? { verdict: "fits" } : { verdict: "unsure", why };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return misfit(error);
  }
}

function fitUnlessRefused(open: () => unknown): Fit {
  try {
    open();
    return { verdict: "fits" };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return misfit(error);
  }
}

/** One of two encoders that nobody knows may be a fine-tune of the other. */
function mayBeRelated({ kind, space }: LearnedEmbedding, target: EmbeddingTarget): boolean {
  if (kind !== "declared" || space === null) return false;
  return space.id !== target.space.id && !isKnownSpace(space) && !isKnownSpace(target.space);
}

export function misfit({ diagnostics: [why] }: Refusal): Fit {
  if (why === undefined) throw new Error("a refusal of nothing");
  return { verdict: "misfit", why };
}

function unsure(file: string, message: string): Fit {
  return {
    verdict: "unsure",
    why: {
      severity: "warning",
      code: "embedding-unsure",
      at: { file },
      message,
      help: "start it: what does not fit is refused before anything is drawn",
    },
  };
}
