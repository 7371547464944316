// Plays a video: one position for all its tracks, so that they cannot drift apart.

import { useEffect, useRef, useState } from "react";
import { neighbour, playedFor } from "./playback.ts";

export interface Playback {
  readonly frame: number;
  readonly isPlaying: boolean;
  readonly isLooping: boolean;
  /** Times the video's own frames a second. */
  readonly speed: number;
  readonly toggle: () => void;
  /** Holds the video at a frame. */
  readonly seek: (frame: number) => void;
  readonly step: (by: 1 | -1) => void;
  readonly setLooping: (isLooping: boolean) => void;
  readonly setSpeed: (speed: number) => void;
}

/** Begins by itself, unless the user wants no motion. */
export function usePlayback(count: number, fps: number): Playback {
  const [frame, setFrame] = useState(0);
  const [isPlaying, setPlaying] = useState(() => count > 1 && !wantsNoMotion());
  const [isLooping, setLooping] = useState(true);
  const [speed, setSpeed] = useState(1);
  const shown = useRef(0);
  shown.current = frame;

  useEffect(() => {
    if (!isPlaying) return undefined;
    const from = { frame: shown.current, count, rate: fps * speed, isLooping };
    let begun: number | null = null;
    const show = (now: number): void => {
      begun ??= now;
      const played = playedFor((now - begun) / 1000, from);
      setFrame(played.frame);
      if (played.isOver) setPlaying(false);
      else request = requestAnimationFrame(show);
    };
    let request = requestAnimationFrame(show);
    return () => cancelAnimationFrame(request);
  }, [isPlaying, isLooping, speed, count, fps]);

  const seek = (wanted: number): void => {
    setPlaying(false);
    setFrame(Math.max(0, Math.min(count - 1, wanted)));
  };
  return {
    frame,
    isPlaying,
    isLooping,
    speed,
    toggle() {
      // What has ended begins anew.
      if (!isPlaying && !isLooping && frame === count - 1) setFrame(0);
      setPlaying(!isPlaying);
    },
    seek,
    step: (by) => seek(neighbour(frame, by, count)),
    setLooping,
    setSpeed,
  };
}

function wantsNoMotion(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
