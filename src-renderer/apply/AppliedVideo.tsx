// What was drawn, in the player.

import { useMemo } from "react";
import type { AppliedResult } from "../../src-main/common/studio/applied.ts";
import { studio } from "../api/studio.ts";
import { Player } from "../player/Player.tsx";
import { printBytes, printSeconds } from "../run/format.ts";
import { text } from "../text/text.ts";
import { videoOf } from "./video-of.ts";

const words = text.applying;

interface AppliedVideoProps {
  readonly run: string;
  readonly result: AppliedResult;
  readonly takesFocus?: boolean;
}

export function AppliedVideo({ run, result, takesFocus = false }: AppliedVideoProps) {
  // The address differs whenever it is drawn anew; else a video that plays would load its frames again with every answer.
  const video = useMemo(() => videoOf(result), [result.video.url]);
  const { seconds, memory, device } = result;
  return (
    <>
      <Player
        video={video}
        takesFocus={takesFocus}
        writeByProgram={async ({ format, tracks, scale, frame }) => {
          const columns = result.columns.map(({ column }) => column).filter((column) => tracks.includes(column));
          return (await studio.exportApplied({ id: run, name: result.name, format, columns, scale, frame })).url;
        }}
      />
      <small className="rs-muted">{words.took(printSeconds(seconds), printBytes(memory), device)}</small>
    </>
  );
}
