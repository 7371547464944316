// When a piece takes so long that another worker should try it, too.

import { median } from "./median.ts";

interface InWork {
  readonly copies: readonly string[];
  readonly takenAt: number | null;
}

export interface Patience {
  /** What a piece took, in seconds. */
  readonly took: (seconds: number) => void;
  /** Those that are worth a second run. */
  readonly slow: <Piece extends InWork>(pieces: readonly Piece[]) => readonly Piece[];
}

/** Of the usual time. */
const TOO_LONG = 3;
/** So many pieces tell what is usual. */
const FEWEST = 3;
const SHORTEST_SECONDS = 2;
/** And so many of the last are enough. */
const MOST = 1000;

/** @param now milliseconds on any clock that only goes forward */
export function createPatience(now: () => number = () => performance.now()): Patience {
  const times: number[] = [];
  return {
    took(seconds) {
      times.push(seconds);
      if (times.length > MOST) times.shift();
    },
    slow(pieces) {
      if (times.length < FEWEST) return [];
      const limit = 1000 * Math.max(SHORTEST_SECONDS, TOO_LONG * median(times));
      return pieces.filter(({ copies, takenAt }) => copies.length === 1 && takenAt !== null && now() - takenAt > limit);
    },
  };
}
