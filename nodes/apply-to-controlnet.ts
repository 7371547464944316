// Pictures that follow another, with the learned embedding, when learning has ended.

import { z } from "zod";
import { checkLearned } from "./after-learning.ts";
import { applicationOf, applyInputs, applyParams, checkSize } from "./applying.ts";
import { defineNode } from "./define-node.ts";
import type { ApplicationInput } from "./fragments.ts";

export const applyToControlnet = defineNode({
  type: "apply/controlnet",
  version: 1,
  title: "Apply to ControlNet",
  help: "Draws images that ControlNets steer: with no, a handwritten and the learned negative, from the same seed.",
  synonyms: ["Apply ControlNet", "ControlNetApply", "ControlNetApplyAdvanced"],
  inputs: {
    ...applyInputs,
    controls: { kind: "control", label: "Controls", help: "ControlNets that steer together, in order.", many: true },
  },
  outputs: {},
  params: z.object({
    ...applyParams,
    base: z.string().default("").meta({
      label: "Base model",
      help: "What the ControlNets steer: one that reads the texts that the embedding was learned for.",
      control: "folder",
      offers: "pipeline",
      empty: "the one that is learned with",
    }),
    guess: z.boolean().default(false).meta({
      label: "Guess mode",
      help: "The ControlNets see the prompt alone, and steer the less the finer the level.",
    }),
  }),
  tags({ base }, { spaceOfPipeline }) {
    const space = base === "" ? undefined : spaceOfPipeline(base, {});
    return space === undefined ? {} : { space };
  },
  compile({ inputs: { learned, prompts, controls }, params: { base, guess, ...params }, fault }) {
    checkLearned(learned, fault);
    checkSize(params, fault);
    const [first, ...others] = controls;
    if (first === undefined) throw new Error("an input that is not optional has a wire");
    // The first is what the embedding is applied to, with the settings that are its own.
    const { controlnet, ...own } = first;
    const application: ApplicationInput = {
      to: controlnet,
      ...(base === "" ? {} : { base }),
      ...applicationOf(prompts, params),
      controls: [own, ...others],
      guess,
    };
    return { outputs: {}, contribute: () => ({ applications: [application] }) };
  },
});
