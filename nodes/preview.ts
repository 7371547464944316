// Pictures along the run: what the embedding does so far.

import { z } from "zod";
import { seed, stepCount } from "../src-main/common/limits.ts";
import { type CompileArgs, defineNode } from "./define-node.ts";
import { firstOf } from "./first-of.ts";
import type { Learning, PreviewInput } from "./fragments.ts";
import { isSame } from "./is-same.ts";

const inputs = {
  image: {
    kind: "image",
    label: "Image",
    help: "How the images are drawn: its sampler, its guidance and its negative.",
  },
  prompts: {
    kind: "prompts",
    label: "Prompts",
    help: "What they show; without it, the first prompts that the image is drawn from.",
    optional: true,
  },
} as const;

const params = z.object({
  every: stepCount.default(20).meta({
    label: "Every",
    unit: "steps",
    help: "Steps of training between previews. A negative that is not learned is shown once.",
  }),
  count: z.int().min(1).max(64).default(4).meta({
    label: "Images",
    help: "How many of the prompts are drawn.",
  }),
  seed: seed.default(0).meta({
    label: "Seed",
    help: "Image i always starts from seed + i, so that previews can be compared.",
    control: "seed",
  }),
});

export const preview = defineNode({
  type: "view/preview",
  version: 1,
  title: "Preview",
  help: "Draws the same prompts from the same noise again and again while training goes on.",
  synonyms: ["Preview Image", "PreviewImage", "Save Image", "SaveImage", "Show Image", "Sample Images"],
  inputs,
  outputs: {},
  params,
  shows: "previews",
  compile: (args) => ({
    outputs: {},
    contribute: (learning) => ({ previews: [contribution(args, learning)] }),
  }),
});

type Args = CompileArgs<typeof inputs, typeof params>;

function contribution(
  { inputs: { image, prompts }, params: { every, count, seed }, fault }: Args,
  learning: Learning,
): PreviewInput {
  if (!isSame(image.model, learning.image.model)) {
    fault({
      code: "preview-model",
      port: "image",
      message: "these images are drawn by another model, or at another size, than those that are learned from",
      help: "use the same Pipeline and UNet nodes: a run draws with one model at one size",
    });
  }
  const { scheduler, steps, scale, negative } = image;
  const isLearned = negative !== null && negative.node === learning.parameter.node;
  const sampler = { scheduler, steps, guidance: scale };
  const usual = { scheduler: learning.image.scheduler, steps: learning.image.steps, guidance: learning.image.scale };
  return {
    every,
    prompts: firstOf(prompts ?? image.prompts, count),
    seed,
    ...(isLearned ? {} : { negative: negative?.start ?? { kind: "none" } }),
    ...(isSame(sampler, usual) ? {} : { sampler }),
  };
}
