// Ways to a cheaper gradient than the paper's, all with the emoji recipe's prompts, optimizer and seed.

import { z } from "zod";
import type { DrawingRecipeInput } from "../../src-main/common/drawing-recipe.ts";
import { evaluationReport } from "../../src-main/common/evaluation-report.ts";

export interface Variant {
  readonly name: string;
  readonly title: string;
  readonly sampler: NonNullable<DrawingRecipeInput["sampler"]>;
}

const GUIDANCE = 2;

/** The paper's way: DDIM with many steps, the gradient at one of the last third. It is what others are compared with. */
export const VARIANTS: readonly Variant[] = [
  variant("ddim-24", "DDIM, 24 steps, one gradient", "ddim", 24, 8, 1),
  variant("dpm-12", "DPM-Solver++ 2M, 12 steps, one gradient", "dpm++", 12, 4, 1),
  variant("ddim-12", "DDIM, 12 steps, one gradient", "ddim", 12, 4, 1),
  variant("ddim-12-three", "DDIM, 12 steps, three gradients (the recipe's)", "ddim", 12, 4, 3),
  variant("dpm-12-three", "DPM-Solver++ 2M, 12 steps, three gradients", "dpm++", 12, 4, 3),
  variant("ddim-8", "DDIM, 8 steps, one gradient", "ddim", 8, 3, 1),
  variant("ddim-24-three", "DDIM, 24 steps, three gradients", "ddim", 24, 8, 3),
  keeping(2, "second", variant("ddim-24", "DDIM, 24 steps, one gradient", "ddim", 24, 8, 1)),
  keeping(3, "third", variant("ddim-24", "DDIM, 24 steps, one gradient", "ddim", 24, 8, 1)),
  keeping(2, "second", variant("dpm-12", "DPM-Solver++ 2M, 12 steps, one gradient", "dpm++", 12, 4, 1)),
];

/** The exact gradient: the mean over all of the last steps in place of some that are drawn. */
export const EXACT: Variant["sampler"] = {
  scheduler: "ddim",
  steps: 24,
  guidance: GUIDANCE,
  lastSteps: 8,
  gradientSteps: 8,
};

/** Of a variant, as it was measured. */
export const variantResult = z.object({
  report: evaluationReport,
  steps: z.int().positive(),
  /** Of training alone, over all threads, without opening. */
  processorSeconds: z.number().positive(),
  /** Between the gradient of a batch and the exact one, the mean of several batches at the start. */
  cosine: z.number(),
});
export type VariantResult = z.output<typeof variantResult>;

function variant(
  name: string,
  title: string,
  scheduler: "ddim" | "dpm++",
  steps: number,
  lastSteps: number,
  gradientSteps: number,
): Variant {
  return { name, title, sampler: { scheduler, steps, guidance: GUIDANCE, lastSteps, gradientSteps } };
}

/** The same, with the whole UNet at every so-many-th step alone. */
function keeping(cacheInterval: number, ordinal: string, { name, title, sampler }: Variant): Variant {
  return {
    name: `${name}-cache-${cacheInterval}`,
    title: `${title}, whole UNet every ${ordinal} step`,
    sampler: { ...sampler, cacheInterval },
  };
}
