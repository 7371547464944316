// The settings with which each kind of model was published; a user may change all of them.

import type { SchedulerName } from "../../common/sampling.ts";

export interface PublishedSettings {
  readonly frames: number;
  /** At which videos are played. */
  readonly fps: number;
  /** Pixels; absent: what the pipeline's config says. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly steps: number;
  readonly guidance: number;
  readonly scheduler: SchedulerName;
  /** See `SchedulerOptions`. */
  readonly eta: number;
  readonly rescale: number;
  /** Of the variance of a video's noise, what all frames have in common; absent: nothing. */
  readonly sharedNoise?: number;
  /** Frames a second that the network is told, where it is told any. */
  readonly toldFps?: number;
}

const DDIM = { scheduler: "ddim", eta: 0, rescale: 1 } as const;
const STILL = { frames: 1, fps: 1 } as const;

export const publishedSettings = {
  picture: { ...STILL, ...DDIM, steps: 30, guidance: 7.5 },
  controlnet: { ...STILL, ...DDIM, steps: 50, guidance: 7.5 },
  modelScope: { ...DDIM, frames: 16, fps: 8, size: { width: 256, height: 256 }, steps: 50, guidance: 9 },
  zeroScope: {
    ...DDIM,
    frames: 24,
    fps: 8,
    size: { width: 576, height: 320 },
    scheduler: "dpm++",
    steps: 40,
    guidance: 9,
  },
  videoCrafter: {
    frames: 16,
    fps: 10,
    size: { width: 512, height: 320 },
    scheduler: "ddim",
    steps: 50,
    guidance: 12,
    eta: 1,
    rescale: 0.7,
    toldFps: 28,
  },
  animateDiff: { ...DDIM, frames: 16, fps: 8, steps: 25, guidance: 7.5 },
} as const satisfies Readonly<Record<string, PublishedSettings>>;
