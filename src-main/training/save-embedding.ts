// Writes what a run has learned, with where it came from. Paths of this machine stay out of it.

import { basename } from "node:path";
import type { Negative } from "../common/sampling.ts";
import { floatTensor } from "../common/tensor.ts";
import { EMBEDDED_NAME } from "../models/embedded.ts";
import { hashWeights } from "../models/hash-weights.ts";
import { fingerprintNullText } from "../models/null-text-fingerprint.ts";
import { writeEmbedding } from "./embedding-file.ts";
import type { Plan } from "./plan.ts";
import { programVersion } from "./program-version.ts";
import type { Learner } from "./reneg-step.ts";

export interface Learned {
  /** [tokens, width] */
  readonly embedding: Float32Array;
  /** Of learning, until then. */
  readonly steps: number;
  readonly plan: Plan;
  readonly learner: Learner;
  /** The text encoder's output for "" [tokens, width], by which the encoder is known again. */
  readonly nullText: Float32Array;
  /** What it was made by, free of this machine's paths. */
  readonly workflow?: Readonly<Record<string, unknown>> | undefined;
}

export function saveEmbedding(file: string, { embedding, steps, plan, learner, nullText, workflow }: Learned): void {
  const { generator, objectives, heldOut } = learner;
  const { pipeline } = generator;
  const shape = [pipeline.tokens, pipeline.width];
  writeEmbedding(file, {
    conditioning: floatTensor([1, ...shape], embedding),
    metadata: {
      formatVersion: 1,
      createdWith: `reneg-studio ${programVersion}`,
      recipe: portable(plan),
      ...(workflow === undefined ? {} : { workflow }),
      base: { name: pipeline.name, unet: hashWeights(pipeline.unet.weights) },
      space: pipeline.space,
      nullText: fingerprintNullText(floatTensor(shape, nullText)),
      rewards: [
        ...objectives.map(({ judge }) => ({ name: judge.reward.name, role: "train" as const })),
        ...[...heldOut.keys()].map((name) => ({ name, role: "held-out" as const })),
      ],
      seed: plan.seed,
      steps,
      guidance: plan.sampler.guidance,
    },
  });
}

/** The recipe with names in place of paths: a shared file says what was used, not where it lay. */
function portable(plan: Plan): Plan {
  const named = (negative: Negative): Negative =>
    negative.kind === "embedding" ? { ...negative, file: basename(negative.file) } : negative;
  return {
    ...plan,
    pipeline: plan.pipeline === EMBEDDED_NAME ? EMBEDDED_NAME : basename(plan.pipeline),
    ...(plan.tokenizer !== undefined && { tokenizer: basename(plan.tokenizer) }),
    ...(plan.base !== undefined && { base: basename(plan.base) }),
    rewards: plan.rewards.map((reward) => ({ ...reward, path: basename(reward.path) })),
    heldOut: plan.heldOut.map((reward) => ({ ...reward, path: basename(reward.path) })),
    start: named(plan.start),
    applications: plan.applications.map(({ to, base, controls, ...application }) => ({
      ...application,
      to: basename(to),
      ...(base === undefined ? {} : { base: basename(base) }),
      controls: controls.map(({ controlnet, picture, ...control }) => ({
        ...control,
        ...(controlnet === undefined ? {} : { controlnet: basename(controlnet) }),
        picture: basename(picture),
      })),
    })),
    previews: plan.previews.map(({ negative, ...preview }) => ({
      ...preview,
      ...(negative && { negative: named(negative) }),
    })),
  };
}
