// AnimateDiff v2 and v3 (Guo et al. 2023, arXiv:2307.04725): modules that mix frames between the layers of a Stable Diffusion 1.5 UNet.
// Their norms take each frame alone, as in the authors' code, by which they were trained; diffusers takes all frames together.

import { refuse } from "../../common/diagnostic.ts";
import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import type { Scope } from "../scope.ts";
import { unet2dCondition, type UnetInputs, type UnetOutputs } from "../unet/unet-2d-condition.ts";
import type { UnetConfig } from "../unet/unet-config.ts";
import { forEachFrame, framesToPictures, picturesToFrames } from "../video/frames.ts";
import { transformerTemporal } from "../video/transformer-temporal.ts";
import type { MotionConfig } from "./motion-config.ts";

/** Where the modules' weights lie. */
export interface MotionModules {
  readonly scope: Scope;
  readonly config: MotionConfig;
  /** The modules' file, for messages. */
  readonly file: string;
}

/** Their tensors: all but the positions of frames, which are a formula. */
export const MODULES = /^(?!.*\.pos_embed\.pe$)/;

/** sample [batch, in_channels, frames, height, width] → the same of out_channels */
export function unetMotion(
  scope: Scope,
  config: UnetConfig,
  motion: MotionModules,
  { sample, sinusoid, context, deepFeatures }: Pick<UnetInputs, "sample" | "sinusoid" | "context" | "deepFeatures">,
): UnetOutputs {
  const { b } = scope;
  const frames = at(sample.shape, 2);
  refuseTooLong(motion, frames);
  const moved = unet2dCondition(scope, config, {
    sample: framesToPictures(b, sample),
    sinusoid: forEachFrame(b, sinusoid, frames),
    context: forEachFrame(b, context, frames),
    mixing: motionMixing(motion, frames),
    deepFeatures,
  });
  return { ...moved, sample: picturesToFrames(b, moved.sample, frames) };
}

/** Every module, and the channels that go through it. */
export function modulePlaces(config: MotionConfig) {
  const { block_out_channels: levels, motion_layers_per_block: layers, use_motion_mid_block: hasMiddle } = config;
  const block = (name: string, channels: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ block: name, index, channels }));
  return [
    ...levels.flatMap((channels, i) => block(`down_blocks.${i}`, channels, layers)),
    ...(hasMiddle ? block("mid_block", levels.at(-1) ?? 0, 1) : []),
    ...levels.toReversed().flatMap((channels, i) => block(`up_blocks.${i}`, channels, layers + 1)),
  ];
}

export function motionMixing(
  { scope, config }: MotionModules,
  frames: number,
): { readonly afterLayer: (block: string, index: number, x: Value) => Value } {
  const { motion_num_attention_heads: heads, motion_norm_num_groups: groups, use_motion_mid_block: hasMiddle } = config;
  return {
    afterLayer: (block, index, x) => {
      if (block === "mid_block" && !hasMiddle) return x;
      const positions = framePositions(scope, frames, at(x.shape, 1));
      const module = scope.at(`${block}.motion_modules.${index}`);
      return transformerTemporal(module, x, { frames, heads, groups, norm: "each", positions });
    },
  };
}

/** [1, frames, channels]: sines at even channels and cosines at odd ones, of frame · 10000^(−2i/channels). */
function framePositions({ b }: Scope, frames: number, channels: number): Value {
  const data = Float64Array.from({ length: frames * channels }, (_, place) => {
    const [frame, channel] = [Math.floor(place / channels), place % channels];
    const angle = frame * Math.exp((-Math.log(10000) * (channel - (channel % 2))) / channels);
    return channel % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
  return b.constant("float32", [1, frames, channels], data);
}

function refuseTooLong({ config, file }: MotionModules, frames: number): void {
  const { motion_max_seq_length: longest } = config;
  if (frames <= longest) return;
  refuse({
    code: "frames-too-many",
    at: { file },
    message: `these motion modules know ${longest} frames, and not ${frames}`,
    help: `ask for ${longest} frames or fewer; 16 are usual`,
  });
}
