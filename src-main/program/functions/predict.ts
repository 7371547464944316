// What a model predicts beside a conditioning, wherever its sampler stands.

import { z } from "zod";
import { defineFunction } from "../function.ts";

export const predict = defineFunction({
  name: "predict",
  help: "What a model predicts beside a conditioning.",
  inputs: { model: { kind: "model" }, conditioning: { kind: "conditioning" } },
  output: "prediction",
  settings: z.strictObject({}),
  infer: ({ inputs: { conditioning } }) => ({
    ...(conditioning.facts.prompts === undefined ? {} : { prompts: conditioning.facts.prompts }),
    ...(conditioning.facts.encoder === undefined ? {} : { encoder: conditioning.facts.encoder }),
  }),
  open: ({ ref, inputs: { model, conditioning } }) => ({
    model,
    prompts: conditioning.prompts,
    lower: (lowering, point) =>
      lowering.once(`${ref} at ${point.sampler} ${point.offset}`, () =>
        model.predict(lowering, point, conditioning.lower(lowering)),
      ),
  }),
});
