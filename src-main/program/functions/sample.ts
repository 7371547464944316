// From noise to a latent. For learning the gradient goes from a late step to the latent that is foreseen there, or through the last steps.

import { z } from "zod";
import { drawingSettings } from "../../common/applying.ts";
import { refuse } from "../../common/diagnostic.ts";
import { cacheInterval, schedulerName } from "../../common/sampling.ts";
import { floatTensor, type Shape } from "../../common/tensor.ts";
import type { Value } from "../../compiler/graph.ts";
import { defineFunction } from "../function.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedLatent, OpenedModel, OpenedSampler, Point, PredictionPass } from "../values.ts";
import { linearStep } from "./linear-step.ts";

const samplerGradient = z.discriminatedUnion("kind", [
  /** ReNeg (arXiv 2412.19637): x̂0 from `count` of the `last` steps, drawn anew at each step of learning. The paper takes one. */
  z.strictObject({
    kind: z.literal("foreseen"),
    last: z.int().min(1).max(1000).default(10),
    count: z.int().min(1).max(1000).default(1),
  }),
  /** DRaFT-K (Clark et al. 2024, arXiv 2309.17400): through the last steps, one after the other. */
  z.strictObject({ kind: z.literal("unrolled"), steps: z.int().min(1).max(50) }),
]);

const settings = z.strictObject({
  scheduler: schedulerName.default("ddim"),
  steps: z.int().min(1).max(1000).default(30),
  gradient: samplerGradient.prefault({ kind: "foreseen" }),
  /** Noise added at each step, DDIM only: 0 none, 1 as much as DDPM. */
  eta: drawingSettings.shape.eta.exactOptional(),
  /** What a sample is scaled down to where there is much noise, DDIM only, as VideoCrafter2 has it; 1 leaves it as it is. */
  rescale: drawingSettings.shape.rescale.exactOptional(),
  /** Every how many steps the whole network runs; in between it goes on from the deep features that were kept (DeepCache). Absent: 1. */
  cacheInterval: cacheInterval.exactOptional(),
  /** Of the variance of a video's noise, what all frames have in common; absent: as the model was published. */
  sharedNoise: drawingSettings.shape.sharedNoise.exactOptional(),
  /** How much of the way from noise is gone, where it starts from a latent: 1 is all of it. */
  strength: z.number().gt(0).max(1).default(1),
});

export const sample = defineFunction({
  name: "sample",
  help: "Follows a prediction from noise to a latent.",
  inputs: { prediction: { kind: "prediction" }, start: { kind: "latent", optional: true } },
  output: "latent",
  settings,
  infer({ inputs: { prediction, start }, settings: { steps, gradient, strength }, fault }) {
    if (start === undefined && strength !== 1) {
      fault({
        severity: "warning",
        code: "sampler-strength",
        setting: "strength",
        message: `a strength of ${strength} has no effect, since the sampler starts from noise alone`,
        help: "connect Latent from Image, or set it to 1",
      });
    }
    const taken = steps - firstStep(steps, start === undefined ? 1 : strength);
    if (gradient.kind === "unrolled" && gradient.steps > taken) {
      fault({
        code: "sampler-gradient",
        setting: "gradient.steps",
        message: `the gradient cannot go through the last ${gradient.steps} of ${taken} sampling steps`,
        help: "make it at most the sampling steps; 1 to 3 are usual",
      });
    }
    if (gradient.kind === "foreseen" && gradient.last > taken) {
      fault({
        code: "recipe-steps",
        setting: "gradient.last",
        message: `the gradient cannot be taken in the last ${gradient.last} of ${taken} sampling steps`,
        help: "make it at most the steps of the Sampler; a third of them is a good choice",
      });
    }
    if (gradient.kind === "foreseen" && gradient.count > gradient.last) {
      fault({
        code: "recipe-steps",
        setting: "gradient.count",
        message: `the gradient cannot be taken at ${gradient.count} of the last ${gradient.last} sampling steps`,
        help: "make it at most as many; 1 is what the paper takes",
      });
    }
    return { ...prediction.facts, steps };
  },
  open({ ref, inputs: { prediction, start }, settings: asked }) {
    const { scheduler: name, steps, gradient, strength, eta = 0, rescale = 1, cacheInterval: interval = 1 } = asked;
    const scheduler = prediction.model.scheduler(name, steps, { eta, rescale });
    const from = firstStep(steps, start === undefined ? 1 : strength);
    const sampler: OpenedSampler = {
      kind: "sampler",
      ref,
      model: prediction.model,
      prompts: prediction.prompts,
      prediction,
      scheduler,
      addsNoise: eta > 0,
      cacheInterval: interval,
      sharedNoise: asked.sharedNoise ?? prediction.model.sharedNoise,
      gradient,
      start: start === undefined ? null : startOf(start, from),
      points: (lowering) => trajectory(lowering, sampler).points,
      lower: (lowering) => trajectory(lowering, sampler).latent,
    };
    return sampler;
  },
});

/** The sampling step at which it begins: the stronger, the noisier. */
function firstStep(steps: number, strength: number): number {
  return Math.min(steps - 1, Math.round(steps * (1 - strength)));
}

function startOf(latent: OpenedLatent, from: number): NonNullable<OpenedSampler["start"]> {
  if (latent.kind === "images") return { from, latent: latent.encoded };
  return refuse({
    code: "sampler-start",
    at: { port: "start" },
    message: "a sampler begins with the latents of images, and not with those that another sampler draws",
    help: "connect Latent from Image",
  });
}

interface Trajectory {
  readonly latent: Value;
  /** At which the graph predicts. */
  readonly points: readonly Point[];
}

function trajectory(lowering: Lowering, sampler: OpenedSampler): Trajectory {
  const { ref, model } = sampler;
  const shape = [lowering.batch, ...model.latent];
  const entry = lowering.samplerEntry(ref);
  return lowering.once(`trajectory ${ref}`, () => {
    switch (entry.kind) {
      case "given": {
        const given = entry.rows === undefined ? shape : frameShape(lowering.batch, model);
        return { latent: lowering.input(`latent ${ref}`, given, { rate: "given", value: ref }), points: [] };
      }
      case "foreseen":
        return { latent: foresee(lowering, sampler, shape), points: [firstPoint(lowering, sampler)] };
      case "unrolled":
        return unroll(lowering, sampler, shape, entry.steps);
    }
  });
}

/** [frames, channels, height, width] */
function frameShape(frames: number, { latent }: OpenedModel): Shape {
  const [channels = 0] = latent;
  return [frames, channels, ...latent.slice(-2)];
}

/** What is predicted where the sampler stands. */
export function lowerPrediction(lowering: Lowering, sampler: OpenedSampler): Value {
  return lowerPass(lowering, sampler, { prediction: sampler.prediction, isNegative: false });
}

/** One of the passes that the prediction is put together from. */
export function lowerPass(
  lowering: Lowering,
  sampler: OpenedSampler,
  { prediction, isNegative }: PredictionPass,
): Value {
  return prediction.lower(lowering, pointOfPass(lowering, sampler, isNegative));
}

/** Where the sampler stands, on one side of guidance. */
export function pointOfPass(lowering: Lowering, sampler: OpenedSampler, isNegative: boolean): Point {
  const point = firstPoint(lowering, sampler);
  return isNegative ? { ...point, isNegative } : point;
}

/** x̂0 = a · x_t + b · ε̃, in the scheduler's linear form. */
function foresee(lowering: Lowering, sampler: OpenedSampler, shape: readonly number[]): Value {
  const { b } = lowering;
  const { ref, scheduler } = sampler;
  const prediction = lowerPrediction(lowering, sampler);
  const sample = sampleInput(lowering, sampler);
  if (prediction.shape.join() !== shape.join()) throw new Error("a prediction is as large as its sample");
  const predicted = lowering.border({ name: `prediction ${ref}`, value: prediction, kind: "prediction", sampler: ref });
  const factor = (name: "sample" | "output"): Value =>
    lowering.input(`form ${name} ${ref}`, [], {
      rate: "timestep",
      sampler: ref,
      of: (index) => floatTensor([], [scheduler.originalForm(index)[name]]),
    });
  const value = b.add(b.mul(factor("sample"), sample), b.mul(factor("output"), predicted));
  return lowering.border({ name: `latent ${ref}`, value, kind: "latent" });
}

function unroll(lowering: Lowering, sampler: OpenedSampler, shape: readonly number[], steps: number): Trajectory {
  const { b } = lowering;
  const { ref, scheduler, prediction } = sampler;
  const points: Point[] = [];
  let sample = sampleInput(lowering, sampler);
  let previous: Value | null = scheduler.isMultistep
    ? lowering.input(`previous ${ref}`, shape, { rate: "image", sampler: ref, what: "previous" })
    : null;
  for (let offset = 0; offset < steps; offset++) {
    const point = offset === 0 ? firstPoint(lowering, sampler) : pointAt(lowering, sampler, sample, offset);
    points.push(point);
    const output = lowering.border({
      name: `prediction ${ref} ${offset}`,
      value: prediction.lower(lowering, point),
      kind: "prediction",
    });
    const factor = (name: keyof ReturnType<typeof linearStep>): Value =>
      lowering.input(`${name} ${ref} ${offset}`, [], {
        rate: "timestep",
        sampler: ref,
        of: (index) => floatTensor([], [linearStep(scheduler, index + offset)[name]]),
      });
    const next = b.add(b.mul(factor("sample"), sample), b.mul(factor("output"), output));
    if (previous === null) {
      sample = next;
      continue;
    }
    const remembered = b.mul(factor("previous"), previous);
    previous = b.add(b.mul(factor("originalSample"), sample), b.mul(factor("originalOutput"), output));
    sample = b.add(next, remembered);
  }
  return { latent: lowering.border({ name: `latent ${ref}`, value: sample, kind: "latent" }), points };
}

/** x_t */
function sampleInput(lowering: Lowering, sampler: OpenedSampler): Value {
  const { ref, model } = sampler;
  const key = isScaled(sampler) ? `unscaled ${ref}` : `sample ${ref}`;
  return lowering.input(key, [lowering.batch, ...model.latent], { rate: "image", sampler: ref, what: "sample" });
}

/** Where the sampler stands: x_t comes scaled from the host, so that samplers that scale it share a graph with those that do not. */
function firstPoint(lowering: Lowering, sampler: OpenedSampler): Point {
  const { ref, model, scheduler } = sampler;
  const sample = lowering.input(`sample ${ref}`, [lowering.batch, ...model.latent], {
    rate: "image",
    sampler: ref,
    what: "sample",
    ...(isScaled(sampler) ? { scale: (index) => scheduler.inputScale(index) } : {}),
  });
  return pointOf(sampler, sample, 0);
}

/** A later step, in the graph. */
function pointAt(lowering: Lowering, sampler: OpenedSampler, sample: Value, offset: number): Point {
  if (!isScaled(sampler)) return pointOf(sampler, sample, offset);
  const { ref, scheduler } = sampler;
  const scale = lowering.input(`scale ${ref} ${offset}`, [], {
    rate: "timestep",
    sampler: ref,
    of: (index) => floatTensor([], [scheduler.inputScale(index + offset)]),
  });
  return pointOf(sampler, lowering.b.mul(sample, scale), offset);
}

function pointOf({ ref, scheduler }: OpenedSampler, sample: Value, offset: number): Point {
  return { sampler: ref, offset, sample, timestepOf: (index) => scheduler.timesteps[index] ?? NaN };
}

function isScaled({ scheduler }: OpenedSampler): boolean {
  return scheduler.timesteps.some((_, index) => scheduler.inputScale(index) !== 1);
}
