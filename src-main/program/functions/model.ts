// A UNet at the size at which it works.

import { z } from "zod";
import { pixelSide } from "../../common/limits.ts";
import { floatTensor } from "../../common/tensor.ts";
import { sinusoidOf } from "../../models/unet/timestep-embedding.ts";
import { defineFunction } from "../function.ts";

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
  open({ inputs: { unet }, settings: { size: asked }, host }) {
    const { pipeline } = unet;
    const size = asked ?? pipeline.defaultSize;
    const { vaeFactor, latentChannels, timeProjection } = pipeline;
    return {
      pipeline,
      size,
      latent: [latentChannels, size.height / vaeFactor, size.width / vaeFactor],
      timeProjection,
      scheduler: (name, steps) => host.scheduler(pipeline, name, steps),
      predict(lowering, { sampler, offset, sample, timestepOf }, { context, ...others }, added = {}) {
        if (context === undefined) throw new Error("a UNet reads a conditioning's context");
        const { width, flip, shift } = timeProjection;
        const sinusoid = lowering.input(`sinusoid ${sampler} ${offset} ${width} ${flip} ${shift}`, [1, width], {
          rate: "timestep",
          sampler,
          of: (index) => floatTensor([1, width], sinusoidOf(timestepOf(index + offset), timeProjection)),
        });
        const inputs = { ...others, ...added, sample, timestep_sinusoid: sinusoid, encoder_hidden_states: context };
        const { out_sample: value } = pipeline.unet.build(lowering.b, inputs);
        if (value === undefined) throw new Error("a UNet has the output out_sample");
        return lowering.network({ name: "unet", network: "unet", value });
      },
    };
  },
});
