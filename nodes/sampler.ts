// The way from noise to a finished latent.

import { z } from "zod";
import { schedulerName } from "../src-main/common/sampling.ts";
import { defineNode } from "./define-node.ts";

export const sampler = defineNode({
  type: "sampling/sampler",
  version: 1,
  title: "Sampler",
  help: "Starts from noise and follows the guided prediction step by step.",
  synonyms: [
    "KSampler",
    "KSampler (Advanced)",
    "SamplerCustom",
    "KSamplerSelect",
    "BasicScheduler",
    "Scheduler",
    "Sampling Method",
  ],
  inputs: { guided: { kind: "guided noise", label: "Guided noise", help: "What is followed." } },
  outputs: { latent: { kind: "latent", label: "Latent", help: "The image, before it is decoded." } },
  params: z.object({
    scheduler: schedulerName.default("ddim").meta({
      label: "Scheduler",
      help: "ddim is what negatives are usually learned with; dpm++ needs fewer steps for a good image.",
    }),
    steps: z.int().min(1).max(1000).default(30).meta({ label: "Steps", help: "From noise to image; more are slower." }),
  }),
  compile: ({ inputs: { guided }, params: { scheduler, steps } }) => ({
    outputs: { latent: { ...guided, scheduler, steps } },
  }),
});
