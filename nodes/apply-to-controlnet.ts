// Images that follow another, with what was learned, when learning has ended.

import { z } from "zod";
import { controlKind } from "../src-main/common/applying.ts";
import { callOf, callsBelow } from "../src-main/common/program/program.ts";
import type { TypedRef, ValueKind } from "../src-main/common/program/value-type.ts";
import { checkLearned } from "./after-learning.ts";
import { applicationOf, applyInputs, applyParams, checkSize } from "./applying.ts";
import { defineNode, type ProgramSoFar } from "./define-node.ts";
import { callFirst } from "./first-of.ts";

/** As the settings of `controlnet`. */
const control = z.object({ path: z.string(), picture: z.string(), kind: controlKind, scale: z.number() });

export const applyToControlnet = defineNode({
  type: "apply/controlnet",
  version: 1,
  title: "Apply to ControlNet",
  help: "Draws images, which ControlNets may steer: with no negative, with a handwritten one, and with what was learned, from the same seed.",
  synonyms: ["ControlNet Preview", "Test ControlNet"],
  inputs: {
    ...applyInputs,
    controls: {
      kind: "control",
      label: "Controls",
      help: "ControlNets that steer together, in order; without any, the base model draws by itself.",
      optional: true,
      many: true,
    },
  },
  outputs: {},
  params: z.object({
    ...applyParams,
    base: z.string().default("").meta({
      label: "Base model",
      help: "What draws, steered by the ControlNets: one that reads the texts that the embedding was learned for.",
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
    checkLearned([learned], fault);
    checkSize(params, fault);
    return {
      outputs: {},
      sinks(args) {
        const [first, ...others] = controls.map(({ ref }) => control.parse(callOf(args.program, ref).settings));
        if (first === undefined)
          return [
            {
              ...applicationOf(learned.ref, callFirst(args, prompts, params.first).ref, params),
              ...{ to: base === "" ? learnedWith(args.program, learned) : base, controls: [], guess },
            },
          ];
        // The first is what the embedding is applied to, with the settings that are its own.
        const { path: to, ...own } = first;
        const application = applicationOf(learned.ref, callFirst(args, prompts, params.first).ref, params);
        return [
          {
            ...application,
            to,
            ...(base === "" ? {} : { base }),
            controls: [own, ...others.map(({ path: controlnet, ...settings }) => ({ controlnet, ...settings }))],
            guess,
          },
        ];
      },
    };
  },
});

/** The pipeline whose text encoder an embedding stands in for, or whose part a LoRA changes. */
function learnedWith(program: ProgramSoFar, { ref }: TypedRef): string {
  const parts: readonly ValueKind[] = ["text encoder", "unet"];
  const part = callsBelow(program, [ref])
    .filter((name) => parts.includes(program.typed(name).kind))
    .map((name) => callOf(program, name))
    .find(({ settings }) => "path" in settings);
  return z.string().parse(part?.settings["path"]);
}
