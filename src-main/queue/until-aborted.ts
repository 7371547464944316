/** What is waited for, unless the signal comes first; a queue that is away answers nothing for as long as it is. */
export async function untilAborted<T>(signal: AbortSignal, waited: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const listener = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error("it was aborted"));
  signal.addEventListener("abort", listener, { once: true });
  // What is given up may still fail later, and nobody asks.
  waited.catch(() => undefined);
  try {
    return await Promise.race([waited, promise]);
  } finally {
    signal.removeEventListener("abort", listener);
  }
}
