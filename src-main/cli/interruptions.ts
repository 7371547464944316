// Ctrl-C and its like: what they ask for the first time and what the second.

import { constants } from "node:os";

/** Of the system's ways to ask a program to end; the last one is a terminal that was closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** A shell's way to tell the signal that ended a program. */
const ENDED_BY_SIGNAL = 128;

/** One key press may arrive twice: from the terminal, and forwarded by npm or by the launcher. */
export const SAME_PRESS_MS = 300;

export interface Interruptions {
  readonly onFirst: () => void;
  /** Also of each one after it. @param exitCode see `Listening` */
  readonly onSecond: (exitCode: number) => void;
}

export interface Listening {
  /** They end the program again. */
  readonly stopListening: () => void;
  /** 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP; `null`: none came. */
  readonly exitCode: () => number | null;
}

export function onInterruptions({ onFirst, onSecond }: Interruptions): Listening {
  let first: { readonly at: number; readonly exitCode: number } | null = null;
  const listener = (signal: NodeJS.Signals): void => {
    if (first === null) {
      first = { at: Date.now(), exitCode: ENDED_BY_SIGNAL + constants.signals[signal] };
      onFirst();
    } else if (Date.now() - first.at > SAME_PRESS_MS) {
      onSecond(first.exitCode);
    }
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    exitCode: () => first?.exitCode ?? null,
    stopListening() {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}
