// config.json of ControlNetModel (diffusers): what it has in common with the UNet, and the picture that steers.

import type { z } from "zod";
import { channelsByLevel, type ConfigTable, tableSchema, axis } from "../../common/config-table.ts";
import { blocksHarmless, blocksOnly, blocksUsed, byLevel } from "../unet/blocks-config.ts";

export const controlnetTable = {
  className: "ControlNetModel",
  used: {
    ...blocksUsed,
    /** Of the picture that steers. */
    conditioning_channels: axis.default(3),
    /** Channels on the way from that picture's size to the latents': each but the first halves it. */
    conditioning_embedding_out_channels: channelsByLevel.default([16, 32, 96, 256]),
  },
  only: {
    ...blocksOnly,
    controlnet_conditioning_channel_order: ["rgb"],
    // "shuffle", which steers by the mean of the residuals only.
    global_pool_conditions: [false],
  },
  harmless: blocksHarmless,
} satisfies ConfigTable;

export const controlnetConfig = tableSchema(controlnetTable).transform(byLevel);
export type ControlnetConfig = z.output<typeof controlnetConfig>;

/** What a ControlNet gives for the skips of its UNet, besides the one for the middle. */
export function residualCount({ layers_per_block: layers }: Pick<ControlnetConfig, "layers_per_block">): number {
  return layers.reduce((sum, count) => sum + count, 0) + layers.length;
}
