/**
 * Of a state that is worth telling only once it has lasted: once, and anew when it has ended and comes again.
 * @param now milliseconds on any clock that only goes forward
 * @returns given whether it is so just now, whether to tell it now
 */
export function createAlarm(afterMs: number, now: () => number = () => performance.now()): (isSo: boolean) => boolean {
  let since: number | null = null;
  let isTold = false;
  return (isSo) => {
    since = isSo ? (since ?? now()) : null;
    isTold &&= isSo;
    if (since === null || isTold || now() - since <= afterMs) return false;
    isTold = true;
    return true;
  };
}
