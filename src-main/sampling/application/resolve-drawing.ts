// With which settings a target draws: those that are asked for, otherwise those with which it was published.

import type { ApplyRequest, DrawingSettings } from "../../common/applying.ts";
import { refuse } from "../../common/diagnostic.ts";
import { refuseFramesOfImage } from "../../models/refuse-frames.ts";
import type { Target } from "../../models/target/open-target.ts";
import { betasOf } from "../open-scheduler.ts";

type Asked = Pick<ApplyRequest, keyof DrawingSettings>;

/** @throws Refusal for what the target cannot draw */
export function resolveDrawing(asked: Asked, { settings, pipeline, draws, name }: Target): DrawingSettings {
  const size = asked.size ?? settings.size ?? pipeline.defaultSize;
  const scheduler = asked.scheduler ?? settings.scheduler;
  // What belongs to DDIM falls away with it.
  const published = scheduler === settings.scheduler ? settings : { eta: 0, rescale: 1 };
  const frames = asked.frames ?? settings.frames;
  refuseFramesOfImage({ name, draws }, frames, { option: "--frames" });
  for (const side of [size.width, size.height]) {
    if (side % pipeline.vaeFactor === 0) continue;
    refuse({
      code: "size-step",
      at: { option: "--size" },
      message: `${size.width}×${size.height}: ${side} is no multiple of ${pipeline.vaeFactor}`,
      help: `the sides of what ${name} draws are multiples of ${pipeline.vaeFactor}`,
    });
  }
  return {
    size: { width: size.width, height: size.height },
    frames,
    fps: asked.fps ?? settings.fps,
    steps: asked.steps ?? settings.steps,
    guidance: asked.guidance ?? settings.guidance,
    scheduler,
    eta: asked.eta ?? published.eta,
    rescale: asked.rescale ?? published.rescale,
    cacheInterval: asked.cacheInterval ?? 1,
    sharedNoise: asked.sharedNoise ?? settings.sharedNoise ?? 0,
    toldFps: settings.toldFps === undefined ? null : (asked.toldFps ?? settings.toldFps),
    betas: asked.betas ?? betasOf(pipeline),
  };
}
