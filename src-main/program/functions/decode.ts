// Latents to images, by a VAE's decoder.

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
    const [channels = 0, height = 0, width = 0] = latent.model.latent;
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
      prompts: latent.prompts,
      lower(lowering) {
        const { b, batch } = lowering;
        const shape = [batch, 3, height * vaeFactor, width * vaeFactor];
        if (lowering.isGiven(ref)) return lowering.input(`image ${ref}`, shape, { rate: "given", value: ref });
        const value = lowerDecoder(b, pipeline, latent.lower(lowering));
        lowering.network({ name: "vae decoder", network: "vae", value });
        return lowering.border({ name: `image ${ref}`, value, kind: "image" });
      },
    };
  },
});

/** @param latent as the UNet knows it [batch, channels, h, w]: the VAE's own numbers times a factor. @returns [batch, 3, H, W] in −1…1 */
export function lowerDecoder(b: GraphBuilder, { vaeScaling, vaeDecoder }: Pipeline, latent: Value): Value {
  const { sample: image } = vaeDecoder.build(b, { latent_sample: b.div(latent, b.scalar(vaeScaling)) });
  if (image === undefined) throw new Error("a VAE's decoder has the output sample");
  return image;
}
