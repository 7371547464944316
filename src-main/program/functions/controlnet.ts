// A ControlNet with the image that it makes a model follow: a copy of the UNet's way down, which says what to add to the UNet's skips.

import { z } from "zod";
import { controlKind } from "../../common/applying.ts";
import { filePath } from "../../common/path-name.ts";
import { floatTensor } from "../../common/tensor.ts";
import { defineFunction } from "../function.ts";
import { sinusoidInput } from "./sinusoid-input.ts";

export const controlnet = defineFunction({
  name: "controlnet",
  help: "A ControlNet, with the image that it makes a model follow.",
  inputs: {},
  output: "control",
  settings: z.strictObject({
    path: filePath,
    picture: filePath,
    kind: controlKind.default("canny"),
    scale: z.number().min(0).max(10).default(1),
  }),
  paths: ["path", "picture"],
  open: ({ ref, settings: { path, picture: file, kind, scale }, host }) => ({
    steer({ pipeline, size, timeProjection }) {
      const { network, residuals } = host.controlnet(path, pipeline);
      const picture = host.controlPicture(file, kind, size);
      return (lowering, point, { context, ...others }, isGuess) => {
        if (context === undefined) throw new Error("a ControlNet reads a conditioning's context");
        const count = residuals + 1;
        const outputs = network.build(lowering.b, {
          ...others,
          sample: point.sample,
          timestep_sinusoid: sinusoidInput(lowering, point, timeProjection),
          encoder_hidden_states: context,
          controlnet_cond: lowering.input(
            `picture ${ref} ${size.height} ${size.width}`,
            [1, 3, size.height, size.width],
            {
              rate: "run",
              tensor: picture,
            },
          ),
          conditioning_scale: lowering.input(`strengths ${ref} ${isGuess} ${count}`, [count], {
            rate: "run",
            tensor: () => floatTensor([count], strengths(scale, count, isGuess)),
          }),
        });
        const { mid_block_res_sample: value } = outputs;
        if (value === undefined) throw new Error("a ControlNet has the output mid_block_res_sample");
        lowering.network({ name: "controlnet", network: "unet", value });
        return Object.fromEntries(Object.entries(outputs).map(([name, residual]) => [inputOfResidual(name), residual]));
      };
    },
  }),
});

/** What a residual is called where it goes in. */
function inputOfResidual(output: string): string {
  return output.replace("_res_sample", "_additional_residual");
}

/** In guess mode from a tenth at the first skip to all of it in the middle. */
function strengths(scale: number, count: number, isGuess: boolean): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (isGuess ? scale * 10 ** (i / (count - 1) - 1) : scale));
}
