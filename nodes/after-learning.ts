// What Compare and Evaluate have in common: pictures with no, a handwritten and the learned negative, when learning has ended.

import { z } from "zod";
import { seed } from "../src-main/common/limits.ts";
import type { Fault } from "./define-node.ts";
import { firstOf } from "./first-of.ts";
import type { Embedding, EvaluationInput, PromptSource } from "./fragments.ts";
import { usualNegatives } from "./usual-negatives.ts";

export const comparisonInputs = {
  learned: { kind: "embedding", label: "Learned", help: "What an optimizer has learned." },
  prompts: { kind: "prompts", label: "Prompts", help: "What is drawn: best prompts that nothing was learned from." },
} as const;

export function comparisonParams(defaults: { readonly prompts: number; readonly count: number }) {
  return z.object({
    handwritten: z.string().default("blurry, low quality").meta({
      label: "Handwritten",
      help: "The negative prompt that the learned one is compared with.",
      suggestions: usualNegatives,
    }),
    first: z.int().positive().max(10_000).default(defaults.prompts).meta({
      label: "Prompts used",
      help: "How many of the prompts are drawn, from the first on.",
    }),
    count: z.int().min(1).max(64).default(defaults.count).meta({
      label: "Images each",
      help: "Images of each prompt under each negative.",
    }),
    seed: seed.default(0).meta({
      label: "Seed",
      help: "Image i of a prompt starts from seed + i, whatever the negative.",
      control: "seed",
    }),
  });
}
type ComparisonParams = z.output<ReturnType<typeof comparisonParams>>;

export function checkLearned({ state }: Embedding, fault: (fault: Fault) => void): void {
  if (state === "learned") return;
  fault({
    code: "embedding-unlearned",
    port: "learned",
    message: "this embedding does not come from an optimizer, so there is nothing to compare",
    help: "connect what NegEmbedding-Optimizer puts out",
  });
}

export function comparison(
  show: "pictures" | "scores",
  prompts: PromptSource,
  { handwritten, first, count, seed }: ComparisonParams,
): EvaluationInput {
  return { prompts: firstOf(prompts, first), count, seed, handwritten, show };
}
