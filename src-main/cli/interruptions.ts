// Ctrl-C and its like: what they ask for the first time and what the second.

/** Of the system's ways to ask a program to end; the last one is a terminal that was closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** One key press may arrive twice: from the terminal, and forwarded by npm or by the launcher. */
const SAME_PRESS_MS = 300;

export interface Interruptions {
  readonly onFirst: () => void;
  readonly onSecond: () => void;
}

/** @returns what stops listening, so that they end the program again */
export function onInterruptions({ onFirst, onSecond }: Interruptions): () => void {
  let first: number | null = null;
  const listener = (): void => {
    if (first === null) {
      first = Date.now();
      onFirst();
    } else if (Date.now() - first > SAME_PRESS_MS) {
      onSecond();
    }
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}
