// ControlNet as its authors name it: the UNet's way down, and beside it the convolutions for the picture and for the residuals.

import type { Layout } from "./layout.ts";
import { ldmUnetNames } from "./ldm-unet.ts";

/** The convolutions of the picture stand at even places; activations are between them. */
const LAST_HINT = 14;

export const ldmControlnet: Layout = {
  title: "ControlNet's original layout",
  // Files for Stable Diffusion 2.1 have no prefix.
  prefixes: ["control_model.", ""],
  mark: "input_hint_block.0.weight",
  names: [
    [/^input_hint_block\.(\d+)\./, (_, place = "") => `controlnet_cond_embedding.${hint(Number(place))}.`],
    [/^zero_convs\.(\d+)\.0\./, "controlnet_down_blocks.$1."],
    [/^middle_block_out\.0\./, "controlnet_mid_block."],
    ...ldmUnetNames,
  ],
};

function hint(place: number): string {
  if (place === 0) return "conv_in";
  return place === LAST_HINT ? "conv_out" : `blocks.${place / 2 - 1}`;
}
