// config.json of ControlNetModel (diffusers), as far as ControlNets of Stable Diffusion 1.x and 2.x use it.

import { z } from "zod";
import { byLevel, unetKeys } from "../unet/unet-config.ts";

export const controlnetConfig = unetKeys
  .extend({
    /** Of the picture that steers. */
    conditioning_channels: z.int().positive().default(3),
    /** Channels on the way from that picture's size to the latents': each but the first halves it. */
    conditioning_embedding_out_channels: z.array(z.int().positive()).min(1).default([16, 32, 96, 256]),
    controlnet_conditioning_channel_order: z.literal("rgb").default("rgb"),
    // "shuffle", which steers by the mean of the residuals only.
    global_pool_conditions: z.literal(false).default(false),
  })
  .transform(byLevel);
export type ControlnetConfig = z.output<typeof controlnetConfig>;

/** What a ControlNet gives for the skips of its UNet, besides the one for the middle. */
export function residualCount({ layers_per_block: layers }: Pick<ControlnetConfig, "layers_per_block">): number {
  return layers.reduce((sum, count) => sum + count, 0) + layers.length;
}
