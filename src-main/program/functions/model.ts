// A UNet at the size at which it works.

import { z } from "zod";
import { pixelSide } from "../../common/limits.ts";
import { defineFunction } from "../function.ts";
import { sinusoidInput } from "./sinusoid-input.ts";

const settings = z.strictObject({
  /** Pixels; absent: what the pipeline was made for. */
  size: z.strictObject({ height: pixelSide, width: pixelSide }).exactOptional(),
});

export const model = defineFunction({
  name: "model",
  help: "A UNet that predicts the noise of images of one size.",
  inputs: { unet: { kind: "unet" } },
  output: "model",
  settings,
  infer: ({ inputs: { unet } }) => unet.facts,
  open({ inputs: { unet }, settings: { size: asked }, host }) {
    const { pipeline, adapt } = unet;
    const size = asked ?? pipeline.defaultSize;
    const { vaeFactor, latentChannels, timeProjection } = pipeline;
    return {
      pipeline,
      size,
      latent: [latentChannels, size.height / vaeFactor, size.width / vaeFactor],
      timeProjection,
      scheduler: (name, steps) => host.scheduler(pipeline, name, steps),
      predict(lowering, point, { context, ...others }, added = {}) {
        if (context === undefined) throw new Error("a UNet reads a conditioning's context");
        const inputs = {
          ...others,
          ...added,
          sample: point.sample,
          timestep_sinusoid: sinusoidInput(lowering, point, timeProjection),
          encoder_hidden_states: context,
        };
        const { out_sample: value } = pipeline.unet.build(lowering.b, inputs, adapt?.(lowering));
        if (value === undefined) throw new Error("a UNet has the output out_sample");
        return lowering.network({ name: "unet", network: "unet", value });
      },
    };
  },
});
