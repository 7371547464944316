// A model that ControlNets steer: what they add to it is summed.

import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import { defineFunction } from "../function.ts";
import type { Lowering } from "../lowering.ts";
import type { Tensors } from "../values.ts";

export const applyControlnet = defineFunction({
  name: "apply controlnet",
  help: "Lets ControlNets steer a model.",
  inputs: { model: { kind: "model" }, controls: { kind: "control", many: true } },
  output: "model",
  settings: z.strictObject({
    /** The ControlNets see the prompt alone: the negative half goes unsteered. */
    guess: z.boolean().default(false),
  }),
  infer: ({ inputs: { model } }) => model.facts,
  open({ inputs: { model, controls }, settings: { guess } }) {
    const steers = controls.map((control) => control.steer(model));
    return {
      ...model,
      steered: { model, steers, guess },
      predict(lowering, point, conditioning, added = {}) {
        if (guess && point.isNegative === true) return model.predict(lowering, point, conditioning, added);
        const all = [added, ...steers.map((steer) => steer(lowering, point, conditioning, guess))];
        return model.predict(
          lowering,
          point,
          conditioning,
          all.reduce((sum, residuals) => addResiduals(lowering, sum, residuals)),
        );
      },
    };
  },
});

function addResiduals({ b }: Lowering, sum: Tensors, residuals: Tensors): Tensors {
  const sums = Object.entries(residuals).map(([name, residual]) => {
    const before = sum[name];
    if (before === undefined) return [name, residual] as const;
    if (before.shape.join() !== residual.shape.join()) {
      refuse({
        code: "controlnets-differ",
        at: { port: "controls" },
        message: "these ControlNets add to different places of the model",
        help: "take ControlNets of one base model",
      });
    }
    return [name, b.add(before, residual)] as const;
  });
  return { ...sum, ...Object.fromEntries(sums) };
}
