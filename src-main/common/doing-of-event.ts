import type { RunEvent } from "./run-events.ts";

/** What the engine is at after an event: `unet backwards`; `null`: nothing that has a name; `undefined`: the event does not tell. */
export function doingOfEvent(event: RunEvent): string | null | undefined {
  switch (event.type) {
    case "stages":
      return event.times.current;
    case "loading":
      return event.what === null ? null : `loading ${event.what}`;
    case "progress":
      return event.phase;
    case "step":
      return `step ${event.step + 1} of ${event.total}`;
    default:
      return undefined;
  }
}
