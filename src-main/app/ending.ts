// How the program ends: what learns ends with its step and can be resumed. Who asks a second time does not want to wait for that.

import type { Studio } from "../studio/studio.ts";

export interface Ending {
  /** @returns whether the program may end now; otherwise `onEnded` tells when */
  readonly request: () => boolean;
}

export interface EndingEvents {
  readonly onEnded: () => void;
  readonly onFault: (fault: unknown) => void;
}

export function createEnding(studio: Pick<Studio, "close" | "kill">, { onEnded, onFault }: EndingEvents): Ending {
  let state: "working" | "closing" | "killing" | "ended" = "working";

  async function end(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (fault) {
      // Staying would not mend it.
      onFault(fault);
    }
    if (state === "ended") return;
    state = "ended";
    onEnded();
  }

  return {
    request() {
      if (state === "working") {
        state = "closing";
        void end(studio.close);
      } else if (state === "closing") {
        state = "killing";
        void end(studio.kill);
      }
      return state === "ended";
    },
  };
}
