// What was drawn, as a video for the player.

import type { ApplyColumn } from "../../src-main/common/applying.ts";
import type { AppliedResult } from "../../src-main/common/studio/applied.ts";
import type { Video } from "../player/video.ts";
import { text } from "../text/text.ts";

export function videoOf({ prompt, settings, columns, parameters, recipe }: AppliedResult): Video {
  return {
    name: prompt,
    fps: settings.fps,
    tracks: columns.map(({ column, frames }) => ({
      id: column,
      label: columnLabel(column),
      frames: frames.map(({ url }) => url),
    })),
    parameters,
    recipe,
  };
}

export function columnLabel(column: ApplyColumn): string {
  return text.applying.columns[column];
}
