// UNet3DConditionModel (Wang et al. 2023, arXiv:2308.06571): the UNet of Stable Diffusion 2 with convolutions and attention over frames
// between its layers. VideoCrafter2 is the same network, told the frames of a second besides.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { conv2d, silu } from "../layers.ts";
import type { Scope } from "../scope.ts";
import { timestepEmbedding } from "../unet/timestep-embedding.ts";
import { unetOutput, type UnetOutputs } from "../unet/unet-2d-condition.ts";
import { downBlocks, midBlock, upBlocks, type Surroundings } from "../unet/unet-blocks.ts";
import { forEachFrame, framesToPictures, picturesToFrames } from "./frames.ts";
import { temporalConvolution } from "./temporal-convolution.ts";
import { transformerTemporal } from "./transformer-temporal.ts";
import type { Unet3dConfig } from "./unet-3d-config.ts";

export interface Unet3dInputs {
  /** [batch, in_channels, frames, height, width] */
  readonly sample: Value;
  /** The sinusoid of the timestep [batch or 1, first channels]. */
  readonly sinusoid: Value;
  /** As that of `UnetInputs`. */
  readonly context: Value;
  /** The sinusoid of the frames a second, where the network is told them. */
  readonly fpsSinusoid: Value | null;
  /** As those of `UnetInputs`. */
  readonly deepFeatures?: Value | undefined;
}

/** The first layer attends with this many heads, whatever its width. */
const FIRST_HEADS = 8;

export function unet3dCondition(scope: Scope, config: Unet3dConfig, inputs: Unet3dInputs): UnetOutputs {
  const { b } = scope;
  const { sample, sinusoid, context, fpsSinusoid } = inputs;
  const frames = at(sample.shape, 2);
  const { norm_num_groups: groups, attention_head_dim: headWidth } = config;
  const width = at(config.block_out_channels, 0);

  const time = timestepEmbedding(scope.at("time_embedding"), sinusoid, 4 * width);
  const told =
    fpsSinusoid === null ? time : b.add(time, timestepEmbedding(scope.at("fps_embedding"), fpsSinusoid, 4 * width));
  const around: Surroundings = {
    config,
    time: forEachFrame(b, silu(scope, told), frames),
    context: forEachFrame(b, context, frames),
    mixing: {
      afterResidual: (block, index, x) =>
        temporalConvolution(scope.at(`${block}.temp_convs.${index}`), x, frames, groups),
      afterLayer: (block, index, x, attends) =>
        attends
          ? transformerTemporal(scope.at(`${block}.temp_attentions.${index}`), x, {
              frames,
              heads: at(x.shape, 1) / headWidth,
              groups,
              norm: "together",
            })
          : x,
    },
  };

  const first = conv2d(scope.at("conv_in"), framesToPictures(b, sample), width, { kernel: 3, padding: 1 });
  const start = transformerTemporal(scope.at("transformer_in"), first, {
    frames,
    heads: FIRST_HEADS,
    inner: FIRST_HEADS * headWidth,
    groups,
    norm: "together",
  });
  const skips = downBlocks(scope, start, around);
  const middle = midBlock(scope, skips.at(-1) ?? start, around);
  const { out, deepFeatures } = upBlocks(scope, middle, skips, around, inputs.deepFeatures);
  return { sample: picturesToFrames(b, unetOutput(scope, config, out), frames), deepFeatures };
}
