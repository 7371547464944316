// One piece of work at a time, first come, first served: two networks at once would only fight over the device and its memory.

/** Runs `work` after all that came before it; rejects with `signal.reason` if that aborts while it still waits. */
export type InTurn = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return async (work, signal) => {
    const before = last;
    const turn = Promise.withResolvers<void>();
    last = Promise.all([before, turn.promise]);
    try {
      await unlessAborted(before, signal);
      return await work();
    } finally {
      turn.resolve();
    }
  };
}

function unlessAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => aborted.reject(signal.reason), { once: true });
  return Promise.race([promise, aborted.promise]);
}
