// A UNet at the size at which it works: of images, or of the frames of a video.

import { z } from "zod";
import { betas, drawingSettings } from "../../common/applying.ts";
import { pixelSide } from "../../common/limits.ts";
import { floatTensor } from "../../common/tensor.ts";
import type { Value } from "../../compiler/graph.ts";
import { refuseFramesOfImage } from "../../models/refuse-frames.ts";
import { sinusoidOf, type TimestepProjection } from "../../models/unet/timestep-embedding.ts";
import { defineFunction } from "../function.ts";
import type { Lowering } from "../lowering.ts";
import { sinusoidInput } from "./sinusoid-input.ts";

const settings = z.strictObject({
  /** Pixels; absent: what the pipeline was made for. */
  size: z.strictObject({ height: pixelSide, width: pixelSide }).exactOptional(),
  /** Of a video; absent: as many as the model was published with, of images 1, which is all that they have. */
  frames: drawingSettings.shape.frames.exactOptional(),
  /** Frames a second that the network itself is told, where it asks. */
  toldFps: z.number().positive().max(120).exactOptional(),
  /** Of the noise that it was trained with; absent: as its config says. */
  betas: betas.exactOptional(),
});

export const model = defineFunction({
  name: "model",
  help: "A UNet that predicts the noise of images of one size, or of videos of so many frames.",
  inputs: { unet: { kind: "unet" } },
  output: "model",
  settings,
  infer: ({ inputs: { unet } }) => unet.facts,
  open({ ref, inputs: { unet }, settings: asked, host }) {
    const { pipeline, adapt, published } = unet;
    const { size = published?.size ?? pipeline.defaultSize, betas: trained } = asked;
    const { frames = published?.frames ?? 1, toldFps = published?.toldFps } = asked;
    const { vaeFactor, latentChannels, timeProjection, draws } = pipeline;
    refuseFramesOfImage(pipeline, frames, { param: "frames" });
    const plane = [size.height / vaeFactor, size.width / vaeFactor];
    return {
      pipeline,
      size,
      latent: draws === "videos" ? [latentChannels, frames, ...plane] : [latentChannels, ...plane],
      frames,
      sharedNoise: published?.sharedNoise ?? 0,
      timeProjection,
      scheduler: (scheduler, steps, options) =>
        host.scheduler(pipeline, scheduler, steps, { ...options, betas: trained }),
      predict(lowering, point, { context, ...others }, added = {}) {
        if (context === undefined) throw new Error("a UNet reads a conditioning's context");
        const kept = lowering.nextFeatures();
        const beside = {
          ...others,
          ...added,
          timestep_sinusoid: sinusoidInput(lowering, point, timeProjection),
          encoder_hidden_states: context,
          ...(toldFps === undefined ? {} : { fps_sinusoid: fpsInput(lowering, toldFps, timeProjection) }),
          ...(kept === null ? {} : { deep_features: kept }),
        };
        const { out_sample: value, deep_features: deep } = lowering.ask({
          network: lowering.isFrozen ? `${ref} at the start` : ref,
          sample: point.sample,
          beside,
          ask: (inputs) => pipeline.unet.build(lowering.b, { ...inputs, sample: point.sample }, adapt?.(lowering)),
        });
        if (value === undefined) throw new Error("a UNet has the output out_sample");
        lowering.deepFeatures.push(deep ?? null);
        const name = draws === "videos" ? "video unet" : "unet";
        return lowering.network({
          name: kept === null ? name : `${name} from kept features`,
          network: "unet",
          value,
        });
      },
    };
  },
});

/** → [1, width] */
function fpsInput(lowering: Lowering, fps: number, projection: TimestepProjection): Value {
  const shape = [1, projection.width];
  return lowering.input(`fps ${fps} ${shape.join()}`, shape, {
    rate: "run",
    tensor: () => floatTensor(shape, sinusoidOf(fps, projection)),
  });
}
