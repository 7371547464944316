// Whether there is a picture for each ControlNet of an application.

import type { ApplyRequest, ControlChoice } from "../../common/applying.ts";
import { refuse } from "../../common/diagnostic.ts";
import type { Target } from "../../models/target/open-target.ts";
import { withOpenFile } from "../../weights/byte-range.ts";

/** ControlNets that are named besides the model that is applied to, in the order in which the target opens them. */
export function furtherControlNets({ controls }: Pick<ApplyRequest, "controls">): string[] {
  return controls.flatMap(({ controlnet }) => controlnet ?? []);
}

/** @throws Refusal unless there is one picture for each ControlNet, and for one that is not there, before anything is loaded for it */
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
