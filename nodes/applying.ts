// What the nodes that apply what was learned to other models have in common.

import { z } from "zod";
import { applySettings, betas } from "../src-main/common/applying.ts";
import { strength } from "../src-main/common/embedding-strength.ts";
import type { Ref } from "../src-main/common/program/program.ts";
import type { SinkOf } from "../src-main/common/program/sink.ts";
import { cacheInterval, schedulerName } from "../src-main/common/sampling.ts";
import type { Fault } from "./define-node.ts";
import { readingParams } from "./reading-params.ts";
import { usualNegatives } from "./usual-negatives.ts";

export const applyInputs = {
  learned: {
    kind: "parameter",
    label: "Learned",
    help: "What an optimizer has learned: an embedding, a LoRA or a text encoder.",
  },
  prompts: { kind: "prompts", label: "Prompts", help: "What is drawn, each prompt by itself." },
} as const;

const own = "the model's own";

/** In the order in which a panel shows them. */
export const applyParams = {
  strength: strength.default(1).meta({
    label: "Strength",
    step: 0.05,
    help: "Of the learned embedding: 0 is what it was learned from, 1 what was learned, and up to 2 goes on beyond.",
  }),
  written: applySettings.shape.written.meta({
    label: "Handwritten",
    help: "The negative prompt that what was learned is compared with.",
    suggestions: usualNegatives,
  }),
  ...readingParams,
  first: z.int().positive().max(10_000).nullable().default(1).meta({
    label: "Prompts used",
    help: "How many of the prompts are drawn, from the first on.",
    empty: "all",
  }),
  steps: z.int().min(1).max(1000).nullable().default(null).meta({
    label: "Steps",
    help: "Of the sampler, from noise to image.",
    empty: own,
  }),
  guidance: z.number().min(1).max(100).nullable().default(null).meta({
    label: "Guidance",
    step: 0.5,
    help: "How strongly the prompt pulls away from the negative.",
    empty: own,
  }),
  width: z.int().positive().max(2048).nullable().default(null).meta({
    label: "Width",
    unit: "pixels",
    help: "Of each column; give the height as well.",
    empty: own,
  }),
  height: z.int().positive().max(2048).nullable().default(null).meta({
    label: "Height",
    unit: "pixels",
    help: "Of each column; give the width as well.",
    empty: own,
  }),
  seed: applySettings.shape.seed.meta({
    label: "Seed",
    help: "All columns start from the same noise, so that nothing else differs.",
    control: "seed",
  }),
  scheduler: schedulerName.nullable().default(null).meta({
    label: "Scheduler",
    help: "Which sampler draws.",
    empty: own,
  }),
  eta: z.number().min(0).max(1).nullable().default(null).meta({
    label: "Eta",
    step: 0.1,
    help: "Noise added at each step of ddim: 0 none, 1 as much as DDPM.",
    empty: own,
  }),
  rescale: z.number().positive().max(1).nullable().default(null).meta({
    label: "Rescale",
    step: 0.1,
    help: "What ddim scales samples down to where there is much noise, as VideoCrafter2 has it.",
    empty: own,
  }),
  cacheInterval: cacheInterval.default(1).meta({
    label: "Cache interval",
    unit: "steps",
    help: "The whole network runs at every so many steps; in between its last layer goes on from the deep features that were kept (DeepCache). 1 keeps none.",
  }),
  betaSchedule: betas.shape.schedule.nullable().default(null).meta({
    label: "Betas",
    help: "How the noise of training grows; then first and last beta count too.",
    empty: own,
  }),
  betaStart: betas.shape.start.default(0.00085).meta({
    label: "First beta",
    help: "Counts where Betas says how they grow.",
  }),
  betaEnd: betas.shape.end.default(0.012).meta({
    label: "Last beta",
    help: "Counts where Betas says how they grow.",
  }),
};
type Params = z.output<z.ZodObject<typeof applyParams>>;

export function checkSize({ width, height }: Params, fault: (fault: Fault) => void): void {
  if ((width === null) === (height === null)) return;
  fault({
    code: "size-half",
    param: width === null ? "width" : "height",
    message: `only the ${width === null ? "height" : "width"} is given`,
    help: "give both, or leave both to the model",
  });
}

/** Where on the model is told besides, and what it is given. */
type Application = Omit<SinkOf<"application">, "to" | "controls" | "guess">;

export function applicationOf(
  parameter: Ref,
  prompts: Ref,
  {
    strength: at,
    written,
    longPrompts,
    promptWeights,
    steps,
    guidance,
    width,
    height,
    seed,
    scheduler,
    eta,
    rescale,
    cacheInterval: interval,
    ...noise
  }: Params,
): Application {
  const { betaSchedule: schedule, betaStart: start, betaEnd: end } = noise;
  return {
    kind: "application",
    parameter,
    prompts,
    written,
    longPrompts,
    promptWeights,
    seed,
    ...(at === 1 ? {} : { strength: at }),
    ...(steps === null ? {} : { steps }),
    ...(guidance === null ? {} : { guidance }),
    ...(scheduler === null ? {} : { scheduler }),
    ...(eta === null ? {} : { eta }),
    ...(rescale === null ? {} : { rescale }),
    ...(interval === 1 ? {} : { cacheInterval: interval }),
    ...(schedule === null ? {} : { betas: { schedule, start, end } }),
    ...(width === null || height === null ? {} : { size: { width, height } }),
  };
}
