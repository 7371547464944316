// A model that ControlNets steer, to draw with and to train through.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const applyControlnetToModel = defineNode({
  type: "model/apply-controlnet",
  version: 1,
  title: "Apply ControlNet to Model",
  help: "Lets ControlNets steer a model while it draws and while training goes through it, so that an embedding is trained for steered images.",
  synonyms: ["Apply ControlNet", "ControlNetApply", "ControlNetApplyAdvanced"],
  inputs: {
    model: { kind: "model", label: "Model", help: "What is steered." },
    controls: {
      kind: "control",
      label: "Controls",
      help: "ControlNets with their images; several steer together.",
      many: true,
    },
  },
  outputs: { model: { kind: "model", label: "Model", help: "The steered model, ready to be guided." } },
  params: z.object({
    guess: z.boolean().default(false).meta({
      label: "Guess mode",
      help: "The ControlNets see the prompt alone, and steer the less the finer the level.",
    }),
  }),
  compile: ({ inputs, params, call }) => ({ outputs: { model: call("apply controlnet", inputs, params) } }),
});
