// Plays a video: its tracks beside each other, always at the same frame.

import { type KeyboardEvent, useState } from "react";
import { text } from "../text/text.ts";
import type { WriteByProgram } from "./export/export-formats.ts";
import { ExportPanel } from "./export/ExportPanel.tsx";
import { PlayerControls } from "./PlayerControls.tsx";
import { Stage } from "./Stage.tsx";
import { useFrames } from "./use-frames.ts";
import { type Playback, usePlayback } from "./use-playback.ts";
import { type Video, frameCount } from "./video.ts";

const words = text.player;

interface PlayerProps {
  /** The same object for as long as it is the same video. */
  readonly video: Video;
  readonly writeByProgram: WriteByProgram;
  /** Whether its keys work as soon as it is there. */
  readonly takesFocus?: boolean;
}

export function Player({ video, writeByProgram, takesFocus = false }: PlayerProps) {
  const { tracks, loaded, total } = useFrames(video);
  const [isExporting, setExporting] = useState(false);
  const count = frameCount(video);
  const playback = usePlayback(count, video.fps);
  return (
    <section
      className="rs-player"
      aria-label={words.player(video.name)}
      onKeyDown={(event) => answerKey(event, playback)}
    >
      {tracks === null ? (
        <p className="rs-player-loading">
          <progress value={loaded} max={Math.max(1, total)} aria-label={words.loadingLabel} />
          {words.loading(loaded, total)}
        </p>
      ) : (
        <Stage video={video} tracks={tracks} frame={playback.frame} takesFocus={takesFocus} />
      )}
      <PlayerControls
        playback={playback}
        count={count}
        fps={video.fps}
        isExporting={isExporting}
        onExport={() => setExporting(!isExporting)}
      />
      {isExporting && tracks !== null ? (
        <ExportPanel video={video} tracks={tracks} frame={playback.frame} writeByProgram={writeByProgram} />
      ) : null}
    </section>
  );
}

/** A control that has the focus keeps the keys that it answers itself. */
function answerKey(event: KeyboardEvent<HTMLElement>, { toggle, step, seek, setLooping, isLooping }: Playback): void {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
  const isOnControl = event.target.matches("button, a, select, input, textarea, label");
  if (isOnControl && /^( |Enter|Arrow\w+|Home|End)$/.test(event.key)) return;
  if (event.target.matches("select, textarea, input:not([type=range])")) return;
  const keys: Readonly<Record<string, () => void>> = {
    " ": toggle,
    k: toggle,
    ArrowRight: () => step(1),
    ".": () => step(1),
    ArrowLeft: () => step(-1),
    ",": () => step(-1),
    Home: () => seek(0),
    End: () => seek(Infinity),
    l: () => setLooping(!isLooping),
  };
  const answer = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
  if (answer === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  answer();
}
