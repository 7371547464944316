// The way from noise to a finished latent, and which of its steps training goes through.

import { z } from "zod";
import { cacheInterval, schedulerName } from "../src-main/common/sampling.ts";
import { defineNode } from "./define-node.ts";

/** Of the steps of a trajectory, the late third says enough of the image, and still changes it. */
const LATE_SHARE = 1 / 3;

export const sampler = defineNode({
  type: "sampling/sampler",
  version: 1,
  title: "Sampler",
  help: "Starts from noise and follows the guided prediction step by step. Training goes back through as many of its steps as are chosen here.",
  synonyms: [
    "KSampler",
    "KSampler (Advanced)",
    "SamplerCustom",
    "KSamplerSelect",
    "BasicScheduler",
    "Scheduler",
    "Sampling Method",
    "Denoise",
    "DeepCache",
    "DRaFT",
  ],
  inputs: {
    guided: { kind: "prediction", label: "Guided noise", help: "What is followed." },
    start: {
      kind: "latent",
      label: "Start",
      help: "Images to begin with in place of noise alone, by Latent from Image.",
      optional: true,
    },
  },
  outputs: { latent: { kind: "latent", label: "Latent", help: "The image, before it is decoded." } },
  params: z.object({
    scheduler: schedulerName.default("ddim").meta({
      label: "Scheduler",
      help: "ddim is what negatives are usually learned with; dpm++ needs fewer steps for a good image.",
    }),
    steps: z.int().min(1).max(1000).default(30).meta({ label: "Steps", help: "From noise to image; more are slower." }),
    cacheInterval: cacheInterval.default(1).meta({
      label: "Cache interval",
      unit: "steps",
      help: "The whole UNet runs at every so many steps; in between its last layer goes on from the deep features that were kept (DeepCache). 1 keeps none; 3 takes less than half of the time, and images change a little. Gradients always go through the whole UNet.",
    }),
    strength: z.number().gt(0).max(1).default(0.6).meta({
      label: "Strength",
      step: 0.05,
      help: "With Start connected: how much of the way from noise is gone, 1 being all of it.",
    }),
    gradient: z
      .enum(["one late step", "several late steps", "last steps"])
      .default("one late step")
      .meta({
        label: "Gradient",
        choiceLabels: { "last steps": "through the last steps" },
        help: "What training goes back through: one late step, from which the image is foreseen (ReNeg, the least memory); several such steps of each image; or the last steps one after the other (DRaFT), each of which needs as much memory again.",
      }),
    lastSteps: z
      .int()
      .positive()
      .max(1000)
      .nullable()
      .default(null)
      .meta({
        label: "Last sampling steps",
        countsWith: { param: "gradient", values: ["one late step", "several late steps"] },
        help: "Late steps are drawn from this many last ones, anew each time.",
        empty: "a third of the steps",
      }),
    gradientSteps: z
      .int()
      .positive()
      .max(1000)
      .default(2)
      .meta({
        label: "Gradients per trajectory",
        countsWith: { param: "gradient", values: ["several late steps"] },
        help: "Where several late steps count, how many: more give a steadier gradient for less than as many more images.",
      }),
    throughSteps: z
      .int()
      .positive()
      .max(50)
      .default(1)
      .meta({
        label: "Steps gone through",
        countsWith: { param: "gradient", values: ["last steps"] },
        help: "Where the last steps count, how many: 1 to 3 are usual.",
      }),
  }),
  compile({
    inputs: { guided, start },
    params: { scheduler, steps, cacheInterval: interval, strength, ...chosen },
    call,
  }) {
    const last = chosen.lastSteps ?? Math.max(1, Math.round(steps * LATE_SHARE));
    const gradient = {
      "one late step": { kind: "foreseen", last, count: 1 },
      "several late steps": { kind: "foreseen", last, count: chosen.gradientSteps },
      "last steps": { kind: "unrolled", steps: chosen.throughSteps },
    }[chosen.gradient];
    const settings = {
      scheduler,
      steps,
      gradient,
      ...(interval === 1 ? {} : { cacheInterval: interval }),
      ...(start === undefined ? {} : { strength }),
    };
    const places = {
      ports: { prediction: "guided" },
      params: { "gradient.last": "lastSteps", "gradient.count": "gradientSteps", "gradient.steps": "throughSteps" },
    };
    return { outputs: { latent: call("sample", { prediction: guided, start }, settings, places) } };
  },
});
