// Latents to images, by a VAE's decoder: those of a video frame by frame.

import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import type { Pipeline } from "../../models/pipeline.ts";
import { defineFunction } from "../function.ts";

export const decode = defineFunction({
  name: "decode",
  help: "Decodes a latent to an image.",
  inputs: { vae: { kind: "vae" }, latent: { kind: "latent" } },
  output: "image",
  settings: z.strictObject({}),
  infer: ({ inputs: { latent } }) => latent.facts,
  open({ ref, inputs: { vae, latent } }) {
    const { pipeline } = vae;
    const { latentChannels, vaeFactor, name } = pipeline;
    const { latent: shape, frames } = latent.model;
    const [channels = 0] = shape;
    const [height = 0, width = 0] = shape.slice(-2);
    if (channels !== latentChannels) {
      refuse({
        code: "vae-latents",
        at: { port: "vae" },
        message: `the VAE of ${name} decodes latents of ${latentChannels} channels, but ${latent.model.pipeline.name} draws latents of ${channels}`,
        help: "connect the VAE of the same pipeline, or one for the same latents",
      });
    }
    return {
      ref,
      size: { height: height * vaeFactor, width: width * vaeFactor },
      frames,
      prompts: latent.prompts,
      lower(lowering) {
        const { b, batch } = lowering;
        const pixels = [batch * frames, 3, height * vaeFactor, width * vaeFactor];
        if (lowering.isGiven(ref)) return lowering.input(`image ${ref}`, pixels, { rate: "given", value: ref });
        const value = lowerDecoder(b, pipeline, framesAsRows(b, latent.lower(lowering)));
        lowering.network({ name: "vae decoder", network: "vae", value });
        return lowering.border({ name: `image ${ref}`, value, kind: "image" });
      },
    };
  },
});

/** [batch, channels, frames, h, w] → [batch · frames, channels, h, w]; what has no frames stays as it is. */
function framesAsRows(b: GraphBuilder, latent: Value): Value {
  if (latent.shape.length < 5) return latent;
  const [batch = 0, channels = 0, frames = 0, ...plane] = latent.shape;
  return b.reshape(b.transpose(latent, [0, 2, 1, 3, 4]), [batch * frames, channels, ...plane]);
}

/** @param latent as the UNet knows it [batch, channels, h, w]: the VAE's own numbers times a factor. @returns [batch, 3, H, W] in −1…1 */
function lowerDecoder(b: GraphBuilder, { vaeScaling, vaeDecoder }: Pipeline, latent: Value): Value {
  const { sample: image } = vaeDecoder.build(b, { latent_sample: b.div(latent, b.scalar(vaeScaling)) });
  if (image === undefined) throw new Error("a VAE's decoder has the output sample");
  return image;
}
