// The pictures of one moment: each track on a canvas of its own, all drawn in the same turn.

import { useEffect, useLayoutEffect, useRef } from "react";
import { text } from "../text/text.ts";
import { type Video, frameCount, type Frames } from "./video.ts";

const words = text.player;
/** Pixels: what is no wider is shown larger than it is. */
const SMALL = 128;

interface StageProps {
  readonly video: Video;
  readonly tracks: readonly Frames[];
  readonly frame: number;
  readonly takesFocus: boolean;
}

export function Stage({ video, tracks, frame, takesFocus }: StageProps) {
  const stage = useRef<HTMLDivElement>(null);
  const canvases = useRef<(HTMLCanvasElement | null)[]>([]);
  const count = frameCount(video);
  useLayoutEffect(() => {
    for (const [i, frames] of tracks.entries()) {
      const bitmap = frames[frame];
      if (bitmap !== undefined) canvases.current[i]?.getContext("2d")?.drawImage(bitmap, 0, 0);
    }
  }, [tracks, frame]);
  useEffect(() => {
    if (takesFocus) stage.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  return (
    // The keys of the player work from here.
    <div
      ref={stage}
      className="rs-player-stage"
      role="group"
      aria-label={words.stage}
      aria-keyshortcuts="Space ArrowLeft ArrowRight Home End L"
      tabIndex={0}
    >
      {video.tracks.map(({ id, label }, i) => {
        const first = tracks[i]?.[0];
        return (
          <figure key={id} className="rs-player-track">
            <canvas
              ref={(canvas) => {
                canvases.current[i] = canvas;
              }}
              className={(first?.width ?? 0) <= SMALL ? "rs-is-small" : undefined}
              width={first?.width}
              height={first?.height}
              role="img"
              aria-label={count === 1 ? label : words.trackAt(label, frame + 1, count)}
              data-track={id}
              data-frame={frame}
            />
            <figcaption>{label}</figcaption>
          </figure>
        );
      })}
    </div>
  );
}
