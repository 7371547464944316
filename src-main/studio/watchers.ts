// Tells windows what happens: each at its own pace, at most 20 times a second, and what is outdated not at all.

import { setTimeout as sleep } from "node:timers/promises";
import type { StudioEvent } from "../common/studio/studio-event.ts";

const LEAST_MS_BETWEEN = 50;

export interface Watchers {
  readonly publish: (event: StudioEvent) => void;
  /** Ends with the signal. @param first what a new window is told at once */
  readonly watch: (
    first: StudioEvent,
    emit: (event: StudioEvent) => Promise<void>,
    signal: AbortSignal,
  ) => Promise<void>;
}

export function createWatchers(): Watchers {
  const listeners = new Set<(event: StudioEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners) listener(event);
    },
    async watch(first, emit, signal) {
      const waiting = new Map([[keyOf(first), first]]);
      let wake = Promise.withResolvers<void>();
      const listener = (event: StudioEvent): void => {
        const key = keyOf(event);
        waiting.set(key, join(waiting.get(key), event));
        wake.resolve();
      };
      const onAbort = (): void => wake.resolve();
      signal.addEventListener("abort", onAbort);
      listeners.add(listener);
      try {
        while (!signal.aborted) {
          const next = waiting.entries().next().value;
          if (next === undefined) {
            await wake.promise;
            wake = Promise.withResolvers();
            continue;
          }
          waiting.delete(next[0]);
          await emit(next[1]);
          await sleep(LEAST_MS_BETWEEN);
        }
      } finally {
        listeners.delete(listener);
        signal.removeEventListener("abort", onAbort);
      }
    },
  };
}

/** Of events with the same key, the newest is enough. */
function keyOf(event: StudioEvent): string {
  switch (event.type) {
    case "jobs":
    case "library":
    case "queue":
    case "vitals":
      return event.type;
    case "steps":
    case "stages":
    case "log":
    case "latent-preview":
      return `${event.type} ${event.run}`;
    case "preview":
      return `${event.type} ${event.run} ${event.preview.name} ${event.preview.step}`;
    case "open":
      return `${event.type} ${event.path}`;
    case "command":
      return `${event.type} ${event.command}`;
  }
}

/** But of steps and lines, none is left out. */
function join(before: StudioEvent | undefined, event: StudioEvent): StudioEvent {
  if (before?.type === "log" && event.type === "log") return { ...event, lines: [...before.lines, ...event.lines] };
  if (before?.type !== "steps" || event.type !== "steps") return event;
  return { ...event, steps: [...before.steps, ...event.steps] };
}
