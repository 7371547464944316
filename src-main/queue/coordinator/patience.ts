// When a piece takes so long that another worker should try it, too.

import { median } from "../../common/means.ts";

interface InWork {
  /** Names under which it was handed out and is not answered. */
  readonly copies: readonly string[];
  /** Those in work, since when nothing was heard of them: in milliseconds of the same clock. */
  readonly held: ReadonlyMap<string, { readonly since: number }>;
}

export interface Patience {
  /** What a piece took, in seconds. */
  readonly took: (seconds: number) => void;
  /** Those that are worth one more run, although workers hold all of their copies and are alive: they may never answer. */
  readonly slow: <Piece extends InWork>(pieces: readonly Piece[]) => readonly Piece[];
}

/** Of the usual time. */
const TOO_LONG = 3;
/** So many pieces tell what is usual. */
const FEWEST = 3;
const SHORTEST_SECONDS = 2;
/** Before it is known what is usual: a worker that never answers must not hold up a job of few pieces. */
const UNKNOWN_SECONDS = 900;
/** And so many of the last are enough. */
const MOST = 1000;

/** Of a job whose only worker is this process: whoever else should try a piece? */
export const ENDLESS: Patience = { took: () => undefined, slow: () => [] };

/** @param now milliseconds on any clock that only goes forward */
export function createPatience(now: () => number = () => performance.now()): Patience {
  const times: number[] = [];
  return {
    took(seconds) {
      times.push(seconds);
      if (times.length > MOST) times.shift();
    },
    slow(pieces) {
      const usual = times.length < FEWEST ? UNKNOWN_SECONDS : Math.max(SHORTEST_SECONDS, TOO_LONG * median(times));
      return pieces.filter(({ copies, held }) => {
        const since = copies.flatMap((copy) => held.get(copy)?.since ?? []);
        if (since.length === 0 || since.length < copies.length) return false;
        // Each further copy waits twice as long: a piece that is only large must not come to occupy everybody.
        return now() - Math.max(...since) > 1000 * usual * 2 ** (copies.length - 1);
      });
    },
  };
}
