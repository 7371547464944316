// What was drawn, as a film for the player.

import type { ApplyColumn } from "../../src-main/common/applying.ts";
import type { AppliedResult } from "../../src-main/common/studio/applied.ts";
import type { Film } from "../player/film.ts";
import { text } from "../text/text.ts";

export function filmOf({ prompt, settings, columns, parameters, recipe }: AppliedResult): Film {
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
