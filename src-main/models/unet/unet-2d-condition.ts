// UNet2DConditionModel: the noise (or velocity) in a latent picture, given the time and a text.

import { refuse } from "../../common/diagnostic.ts";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { conv2d, groupNorm, silu } from "../layers.ts";
import { repeatRows } from "../repeat-rows.ts";
import type { Scope } from "../scope.ts";
import { timestepEmbedding } from "./timestep-embedding.ts";
import { downBlocks, midBlock, upBlocks, type FrameMixing, type Surroundings } from "./unet-blocks.ts";
import type { UnetConfig } from "./unet-config.ts";

export interface UnetInputs {
  /** [batch, in_channels, height, width] */
  readonly sample: Value;
  /** The sinusoid of the timestep [batch or 1, first channels]. */
  readonly sinusoid: Value;
  /**
   * [batch or 1, tokens, cross_attention_dim]; or several of a batch: the results then are those of as many batches of the same samples, and
   * what comes before the first text is read is computed once for all.
   */
  readonly context: Value;
  /** What ControlNets add: one for each skip, and one for the middle. */
  readonly residuals?: { readonly down: readonly Value[]; readonly mid: Value };
  readonly mixing?: FrameMixing;
  /** Of another sampling step, in the place of its own: what they are computed from is then not needed. */
  readonly deepFeatures?: Value | undefined;
}

export interface UnetOutputs {
  /** As the sample, of out_channels. */
  readonly sample: Value;
  /** What enters the last layer on the way up [batch · frames, first channels, height, width] */
  readonly deepFeatures: Value;
}

export function unet2dCondition(scope: Scope, config: UnetConfig, inputs: UnetInputs): UnetOutputs {
  const { b } = scope;
  const { sample, sinusoid, context, residuals, mixing, deepFeatures: kept } = inputs;
  const width = at(config.block_out_channels, 0);
  const time = silu(scope, timestepEmbedding(scope.at("time_embedding"), sinusoid, 4 * width));
  const around: Surroundings = { config, time, context, ...(mixing === undefined ? {} : { mixing }) };

  const first = conv2d(scope.at("conv_in"), sample, width, { kernel: 3, padding: 1 });
  const skips = downBlocks(scope, first, around);
  const middle = midBlock(scope, skips.at(-1) ?? first, around);
  const finish = (bottom: Value, beside: readonly Value[]): UnetOutputs => {
    const { out, deepFeatures } = upBlocks(scope, bottom, beside, around, kept);
    return { sample: unetOutput(scope, config, out), deepFeatures };
  };
  if (residuals === undefined) return finish(middle, skips);
  if (residuals.down.length !== skips.length) {
    throw new Error(`${residuals.down.length} residuals for the ${skips.length} skips of a UNet`);
  }
  const steered = skips.map((skip, i) => addResidual(b, skip, residuals.down[i] ?? skip));
  return finish(addResidual(b, middle, residuals.mid), steered);
}

/** @throws Refusal for a residual of another UNet: as operators alone, shapes that differ may also broadcast */
function addResidual(b: GraphBuilder, place: Value, residual: Value): Value {
  const [wanted, given] = [place.shape.slice(1), residual.shape.slice(1)];
  if (wanted.join() !== given.join()) {
    refuse({
      code: "controlnet-unet",
      at: { stage: "unet" },
      message: `what steers adds numbers of ${given.join("×")} where the UNet has ${wanted.join("×")}`,
      help: "take a ControlNet that was made for this model, or for one of its family",
    });
  }
  return b.add(repeatRows(b, place, at(residual.shape, 0)), residual);
}

/** The last norm and convolution, which video networks have too. */
export function unetOutput(
  scope: Scope,
  config: Pick<UnetConfig, "norm_num_groups" | "norm_eps" | "out_channels">,
  x: Value,
): Value {
  const { norm_num_groups: groups, norm_eps: epsilon, out_channels: out } = config;
  const normed = groupNorm(scope.at("conv_norm_out"), x, { groups, epsilon });
  return conv2d(scope.at("conv_out"), silu(scope, normed), out, { kernel: 3, padding: 1 });
}
