// Tells a process that has gone silent from one that is busy, by the beats of its heart.

export interface Heartbeat {
  readonly beat: () => void;
  /** The process is gone, which others tell. */
  readonly end: () => void;
}

/** Of the usual limit, a fraction of a second is the same. */
const CHECKS_WITHIN_LIMIT = 20;
/** A program that is read from a slow disk has no heart yet. */
const STARTS_WITHIN_MS = 60_000;

/**
 * @param onSilence gets the time of the last beat, in milliseconds since 1970, once `limitMs` have passed without another; and `null` with
 *   the first beat after that, or when the process is gone
 */
export function followHeartbeat(limitMs: number, onSilence: (since: number | null) => void): Heartbeat {
  const everyMs = limitMs / CHECKS_WITHIN_LIMIT;
  let heard = Date.now();
  let checked = heard;
  let isSilent = false;
  let hasBeaten = false;
  const timer = setInterval(() => {
    const now = Date.now();
    // Where this process slept too, as on a closed laptop or in a group that was stopped, the silence is its own.
    if (now - checked > limitMs / 2) heard = now;
    checked = now;
    if (isSilent || now - heard < (hasBeaten ? limitMs : Math.max(limitMs, STARTS_WITHIN_MS))) return;
    isSilent = true;
    onSilence(heard);
  }, everyMs).unref();
  const breakSilence = (): void => {
    if (!isSilent) return;
    isSilent = false;
    onSilence(null);
  };
  return {
    beat() {
      heard = Date.now();
      hasBeaten = true;
      breakSilence();
    },
    end() {
      clearInterval(timer);
      breakSilence();
    },
  };
}
