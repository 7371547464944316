// Events for the page that may come when there is none: a double-clicked file starts the program, a menu is used without a window.

import type { StudioHandlers } from "../common/studio/studio-api.ts";
import type { StudioEvent } from "../common/studio/studio-event.ts";

export interface Mailbox {
  /** At once if a page listens, otherwise when the next one does. */
  readonly tell: (event: StudioEvent) => void;
  /** A page listens from now on, until the signal. */
  readonly listen: (signal: AbortSignal) => void;
}

export function createMailbox(announce: (event: StudioEvent) => void): Mailbox {
  const waiting: StudioEvent[] = [];
  let listeners = 0;
  return {
    tell(event) {
      if (listeners > 0) announce(event);
      else waiting.push(event);
    },
    listen(signal) {
      if (signal.aborted) return;
      listeners++;
      signal.addEventListener("abort", () => listeners--, { once: true });
      for (const event of waiting.splice(0)) announce(event);
    },
  };
}

/** A page that watches hears what was told while there was none. */
export function listenedTo(handlers: StudioHandlers, mailbox: Mailbox): StudioHandlers {
  return {
    ...handlers,
    watch(input, context) {
      const ended = handlers.watch(input, context);
      mailbox.listen(context.signal);
      return ended;
    },
  };
}
