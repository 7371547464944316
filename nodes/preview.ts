// Pictures along the run: what the embedding does so far.

import { z } from "zod";
import { seed, stepCount } from "../src-main/common/limits.ts";
import { callsBelow, type Ref } from "../src-main/common/program/program.ts";
import type { ScoredImage } from "../src-main/common/program/sink.ts";
import type { Update } from "../src-main/common/program/update.ts";
import type { TypedRef } from "../src-main/common/program/value-type.ts";
import { defineNode, type SinkArgs } from "./define-node.ts";

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
  compile({ inputs: { image, prompts }, params: { every, count, seed }, fault }) {
    if (image.facts.prompts === undefined) {
      fault({
        code: "preview-prompts",
        port: "image",
        message: "these images are drawn from no prompts",
        help: "connect an Encoder with prompts to the positive side of their CFG",
      });
    }
    if (image.facts.isUnguided === true) {
      fault({
        severity: "warning",
        code: "guidance-none",
        port: "image",
        message: "these images are drawn with a guidance scale of 1, at which the negative has no effect",
        help: "raise the scale of their CFG; 7.5 is usual",
      });
    }
    return {
      outputs: {},
      sinks(args) {
        const { prompts: drawn } = image.facts;
        if (drawn === undefined) return [];
        const shown = prompts?.ref ?? drawn;
        return [
          {
            kind: "preview",
            ...scoredPreview(image, new Map([[drawn, shown]]), args),
            prompts: shown,
            count,
            every,
            seed,
          },
        ];
      },
    };
  },
});

/** Rewards score what they do in training, or what is drawn instead. */
function scoredPreview(
  image: TypedRef,
  shown: ReadonlyMap<Ref, Ref>,
  { updates, program, substitute }: SinkArgs,
): ScoredImage {
  const drawn = substitute(image.ref, shown);
  const all = Object.values(updates);
  const below = new Set(callsBelow(program, [image.ref]));
  const imagesOf = ({ objective }: Update): readonly Ref[] => program.typed(objective).facts.images ?? [];
  const trained = all.find((update) => imagesOf(update).includes(image.ref));
  const update = trained ?? all.find(({ parameters }) => parameters.some((name) => below.has(name))) ?? all[0];
  if (update === undefined) return { image: drawn, objective: null, heldOut: [] };
  const [scored, ...others] = imagesOf(update);
  // One of several images of a sum says nothing by itself.
  if (scored === undefined || (trained === undefined && others.length > 0))
    return { image: drawn, objective: null, heldOut: [] };
  const replacements = trained === undefined ? new Map([[scored, drawn]]) : shown;
  const put = (score: Ref): Ref => substitute(score, replacements);
  return { image: drawn, objective: put(update.objective), heldOut: update.heldOut.map(put) };
}
