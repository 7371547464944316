// Whether the program behind the page answers.

import { create } from "zustand";

interface ConnectionState {
  readonly state: "connecting" | "open" | "lost" | "signed out";
  /** How often a connection was made: whoever listens starts anew when it changes. */
  readonly count: number;
}

export const connectionStore = create<ConnectionState>(() => ({ state: "connecting", count: 0 }));

/** Runs `begin` at once and after every reconnection. The signal of the former round is aborted first. */
export function onEveryConnection(begin: (signal: AbortSignal) => void): void {
  let round = new AbortController();
  const start = (): void => {
    round.abort();
    round = new AbortController();
    begin(round.signal);
  };
  connectionStore.subscribe(({ count }, before) => {
    if (count !== before.count) start();
  });
  if (connectionStore.getState().state === "open") start();
}
