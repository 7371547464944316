// Which frame is shown when: the arithmetic of playing, without a clock.

export interface PlayedFrom {
  /** The frame at which playing began. */
  readonly frame: number;
  readonly count: number;
  /** Frames a second, at the speed of playing. */
  readonly rate: number;
  readonly isLooping: boolean;
}

export interface Played {
  readonly frame: number;
  readonly isOver: boolean;
}

/** What is shown after so many seconds of playing. */
export function playedFor(seconds: number, { frame, count, rate, isLooping }: PlayedFrom): Played {
  const reached = frame + Math.max(0, Math.floor(seconds * rate));
  if (isLooping) return { frame: reached % count, isOver: false };
  return { frame: Math.min(reached, count - 1), isOver: reached >= count };
}

/** One frame on or back, round the ends. */
export function neighbour(frame: number, by: 1 | -1, count: number): number {
  return (frame + by + count) % count;
}
