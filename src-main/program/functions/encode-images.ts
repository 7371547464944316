// Images that exist, as latents: what a sampler begins with in place of noise alone.

import { z } from "zod";
import { pixelSide } from "../../common/limits.ts";
import { filePath } from "../../common/path-name.ts";
import { defineFunction } from "../function.ts";

export const encodeImages = defineFunction({
  name: "encode images",
  help: "Encodes an image, or the images of a folder, to latents.",
  inputs: { vae: { kind: "vae" } },
  output: "latent",
  settings: z.strictObject({
    /** An image, or a folder of them. */
    source: filePath,
    /** Pixels; absent: what the pipeline was made for. */
    size: z.strictObject({ height: pixelSide, width: pixelSide }).exactOptional(),
  }),
  paths: ["source"],
  open({ ref, inputs: { vae }, settings: { source, size: asked }, host }) {
    const { pipeline } = vae;
    const size = asked ?? pipeline.defaultSize;
    const { vaeFactor, latentChannels } = pipeline;
    const latent = [latentChannels, size.height / vaeFactor, size.width / vaeFactor];
    const encode = host.imageEncoder(pipeline, source, size);
    const encoded = async (picture: number) => (await encode(picture)).data;
    return {
      kind: "images",
      model: { latent, frames: 1, pipeline },
      prompts: null,
      encoded,
      lower(lowering) {
        return lowering.input(`latent ${ref}`, [lowering.batch, ...latent], { rate: "source", of: encoded });
      },
    };
  },
});
