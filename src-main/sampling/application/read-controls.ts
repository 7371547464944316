// The pictures that steer, as the ControlNets see them.

import type { ApplyRequest, ControlChoice } from "../../common/applying.ts";
import { refuse } from "../../common/diagnostic.ts";
import type { Target } from "../../models/target/open-target.ts";
import { cannyEdges } from "../../pictures/canny.ts";
import { readPicture, resizePicture, toNetwork } from "../../pictures/picture.ts";
import type { PixelSize } from "../../program/host.ts";
import { withOpenFile } from "../../weights/byte-range.ts";
import type { Control } from "./draw-frames.ts";

/** ControlNets that are named besides the model that is applied to, in the order in which the target opens them. */
export function furtherControlNets({ controls }: Pick<ApplyRequest, "controls">): string[] {
  return controls.flatMap(({ controlnet }) => controlnet ?? []);
}

/** @throws Refusal unless there is one picture for each ControlNet */
export async function readControls(
  { controls }: Pick<ApplyRequest, "controls">,
  target: Target,
  size: PixelSize,
): Promise<Control[]> {
  checkControls(controls, target);
  const own = controls.filter(({ controlnet }) => controlnet === undefined);
  const further = controls.filter(({ controlnet }) => controlnet !== undefined);
  return Promise.all([...own, ...further].map((control) => readControl(control, size)));
}

/** @throws Refusal also for a picture that is not there, before anything is loaded for it */
export function checkControls(controls: readonly ControlChoice[], { kind, name }: Target): void {
  const own = controls.filter(({ controlnet }) => controlnet === undefined).length;
  const needed = kind === "controlnet" ? 1 : 0;
  if (own === needed) {
    for (const { picture } of controls) withOpenFile(picture, () => undefined);
    return;
  }
  if (own < needed) {
    refuse({
      code: "control-picture",
      at: { option: "--control" },
      message: `${name} needs a picture that steers`,
      help: "name it",
      command: "`--control picture.png`",
    });
  }
  refuse({
    code: "control-picture",
    at: { option: "--control" },
    message:
      needed === 1
        ? `${own} pictures are to steer ${name}, which takes one`
        : `${name} has no ControlNet that a picture could steer`,
    help: "name a ControlNet for each picture, or leave the pictures out",
    command: "`--controlnet control.pth --control picture.png`",
  });
}

async function readControl({ picture, kind, scale }: ControlChoice, { width, height }: PixelSize): Promise<Control> {
  const resized = await resizePicture(await readPicture(picture), width, height);
  const seen = kind === "canny" ? cannyEdges(resized) : resized;
  return { picture: toNetwork(seen).map((value) => (value + 1) / 2), scale };
}
