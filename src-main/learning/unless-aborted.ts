// Work that may be given up on request, without that being a fault.

/** @returns whether it came to its end */
export async function unlessAborted(signal: AbortSignal, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!signal.aborted) throw error;
    return false;
  }
}
