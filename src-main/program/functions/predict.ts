// What a model predicts beside a conditioning, wherever its sampler stands.

import { z } from "zod";
import { defineFunction } from "../function.ts";
import type { Lowering } from "../lowering.ts";
import type { Point, Tensors } from "../values.ts";
import { refuseOtherSpace, spaceFault } from "./embedding-spaces.ts";

export const predict = defineFunction({
  name: "predict",
  help: "What a model predicts beside a conditioning.",
  inputs: { model: { kind: "model" }, conditioning: { kind: "conditioning" } },
  output: "prediction",
  settings: z.strictObject({}),
  infer({ inputs: { model, conditioning }, fault }) {
    const found = spaceFault(model.facts.space, conditioning.facts.space, "conditioning");
    if (found !== null) fault(found);
    const { prompts, encoder, space } = conditioning.facts;
    return {
      isGuided: false,
      ...(prompts === undefined ? {} : { prompts }),
      ...(encoder === undefined ? {} : { encoder }),
      ...(space === undefined ? {} : { space }),
    };
  },
  open({ ref, inputs: { model, conditioning } }) {
    refuseOtherSpace(model.pipeline.space, conditioning.space, "conditioning");
    const { steered } = model;
    return {
      model,
      prompts: conditioning.prompts,
      lower(lowering, point) {
        const { sampler, offset, isNegative = false } = point;
        return lowering.once(`predicted ${ref} ${sampler} ${offset} ${isNegative}`, () =>
          model.predict(lowering, point, conditioning.lower(lowering)),
        );
      },
      ...(steered === undefined
        ? {}
        : {
            steering: {
              guess: steered.guess,
              residuals: steered.steers.map(
                (steer) => (lowering: Lowering, point: Point) =>
                  steer(lowering, point, conditioning.lower(lowering), steered.guess),
              ),
              lower: (lowering: Lowering, point: Point, residuals: Tensors) =>
                steered.model.predict(lowering, point, conditioning.lower(lowering), residuals),
            },
          }),
    };
  },
});
