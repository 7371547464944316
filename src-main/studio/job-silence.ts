// Tells the windows and the log that the engine gives no sign of life while it works on a run.

import { type EventOptions, tellLog } from "./job-events.ts";

export interface SilentWork {
  readonly run: string;
  /** What the engine has told to be at. */
  readonly doing: string | null;
}

export interface SilenceTeller {
  /** @param since the last sign of life, in milliseconds since 1970; `null`: there are some again */
  readonly hear: (since: number | null) => void;
  /** Work has begun, on an engine that may be silent already. */
  readonly tell: () => void;
}

export function createSilenceTeller(options: EventOptions, work: () => SilentWork | null): SilenceTeller {
  let silentSince: number | null = null;
  function tell(): void {
    const silent = work();
    if (silent === null) return;
    const { run, doing } = silent;
    if (silentSince === null) {
      if ((options.table.find(run)?.silence ?? null) === null) return;
      options.table.change(run, { silence: null });
      return tellLog(options, run, { from: "studio", tone: "info", text: "The engine answers again" });
    }
    const since = new Date(silentSince).toISOString();
    options.table.change(run, { silence: { since, doing } });
    const rest = doing === null ? "" : `; it was at: ${doing}`;
    tellLog(options, run, {
      from: "studio",
      tone: "warning",
      text: `The engine has not answered since ${since}${rest}`,
    });
  }
  return {
    hear(since) {
      silentSince = since;
      tell();
    },
    tell,
  };
}
