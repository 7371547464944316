// A model of images has no frames.

import { type Place, refuse } from "../common/diagnostic.ts";

interface Drawer {
  readonly name: string;
  readonly draws: "pictures" | "videos";
}

/** @param at where the number was said. @throws Refusal for several frames of a model that draws images */
export function refuseFramesOfImage({ name, draws }: Drawer, frames: number, at: Place): void {
  if (draws === "videos" || frames === 1) return;
  refuse({
    code: "frames-of-image",
    at,
    message: `${name} draws images, and not ${frames} frames`,
    help: "ask for one frame, or choose a video model",
  });
}
