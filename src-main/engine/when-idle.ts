/**
 * Does something when no work has been in hand for a while.
 *
 * @returns what all work is to be done by
 */
export function whenIdle(afterMs: number, rest: () => void): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let inHand = 0;
  let timer: NodeJS.Timeout | undefined;
  return async (work) => {
    clearTimeout(timer);
    inHand += 1;
    try {
      return await work();
    } finally {
      inHand -= 1;
      if (inHand === 0) timer = setTimeout(rest, afterMs).unref();
    }
  };
}
